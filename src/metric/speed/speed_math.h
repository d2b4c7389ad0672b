// The arithmetic of SpEED after the filters: covariances, eigenvalues, the solution for each block, the score. Shared by
// every backend; docs/numerics/speed.md fixes each rounding.
//
// Work on a matrix is written for a team of threads, of which a CPU's has one member. A team has
//   each(begin, end, body)  calls body(i) for every i, shared among the members
//   leads()                 true in one member
//   sync()                  waits for the others; what they wrote before is visible behind it
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/exact_math.h"
#include "base/host_device.h"

namespace vmaf::speed {

/// Samples along the side of a block, and in a block: the order of all matrices.
inline constexpr int kSide = 5, kOrder = kSide * kSide;
/// The plane is reduced by this factor in either direction.
inline constexpr int kReduction = 16;
/// Most taps of the filters: those of kernel scale 4.
inline constexpr int kMostSmoothingTaps = 37, kMostMeanTaps = 9;
/// What counts as zero, of eigenvalues and relative to them.
inline constexpr double kEpsilon = 1e-6;
/// lb(2 pi e).
inline constexpr double kGaussianEntropy = 0x1.06073a671183dp+2;

/// Rows are a power of two apart, for vectors; what lies behind column kOrder is 0 where it is read.
inline constexpr int kPitch = 32;
using Matrix = float[kOrder][kPitch];
using Vector = float[kPitch];

struct Alone {
    template <class Body>
    void each(int begin, int end, Body&& body) const {
        for (int i = begin; i < end; i++) body(i);
    }
    bool leads() const { return true; }
    void sync() const {}
};

// ---- covariance

/// Two windows of the plane lie so far apart. There are kDisplacements of them, all with rows >= 0.
struct Displacement {
    int rows, columns;

    /// Columns at which the first window can start, so that both start within a block.
    VMAF_HD constexpr int first() const { return columns < 0 ? -columns : 0; }
    VMAF_HD constexpr int last() const { return columns < 0 ? kSide - 1 : kSide - 1 - columns; }
};
inline constexpr int kDisplacements = kSide + (kSide - 1) * (2 * kSide - 1);

VMAF_HD constexpr Displacement displacement(int i) {
    if (i < kSide) return {0, i};
    const int beyond = i - kSide, width = 2 * kSide - 1;
    return {1 + beyond / width, beyond % width - (kSide - 1)};
}

/// Sums over the 25 windows: of samples, and of products with samples of another window (first window <= second).
struct WindowSums {
    double of_window[kOrder];
    double of_product[kOrder][kOrder];
};

VMAF_HD inline float covariance(const WindowSums& sums, double samples, int a, int b) {
    const int first = a < b ? a : b, second = a < b ? b : a;
    return static_cast<float>(sums.of_product[first][second] / samples -
                              sums.of_window[first] / samples * (sums.of_window[second] / samples));
}

// ---- eigenvalues

VMAF_HD inline float sign(float x) { return x >= 0 ? 1.f : -1.f; }
VMAF_HD inline float hypotenuse(float x, float y) { return sqrtf(x * x + y * y); }

/// The reflection that clears row `i` of a symmetric matrix behind the element next to the diagonal.
struct Reflection {
    float tau = 0;       ///< 0: there is nothing to clear
    float off_diagonal;  ///< what that element becomes
    float divisor = 1;   ///< of the row's other elements, which become the reflection's vector
};

VMAF_HD inline Reflection reflection(const Matrix& a, int i) {
    float square = 0;
    for (int j = i + 2; j < kOrder; j++) square += a[i][j] * a[i][j];
    const float rest = sqrtf(square), alpha = a[i][i + 1];
    if (rest == 0) return {.off_diagonal = alpha};
    const float beta = -sign(alpha) * hypotenuse(alpha, rest), divisor = alpha - beta;
    const float tau = (beta - alpha) / beta;
    return divisor != 0 ? Reflection{tau, beta, divisor} : Reflection{tau, alpha, 1};
}

/// What of the reflection's vector v is added to x, its product with the matrix, from element k on.
VMAF_HD inline float axis_correction(float tau, const Vector& x, const Vector& v, int k) {
    float product = 0;
    for (int j = k; j < kOrder; j++) product += x[j] * v[j];
    return static_cast<float>(-0.5 * static_cast<double>(tau) * static_cast<double>(product));
}

/// a symmetric -> its diagonal and off-diagonal after reflections. Spoils a; v and x are scratch.
template <class Team>
VMAF_HD inline void make_tridiagonal(Matrix& a, Vector& diagonal, Vector& off_diagonal, Vector& v, Vector& x,
                                     const Team& team) {
    for (int i = 0; i < kOrder - 2; i++) {
        const int k = i + 1;
        const Reflection r = reflection(a, i);
        if (team.leads()) off_diagonal[i] = r.off_diagonal;
        if (r.tau == 0) continue;
        team.each(k, kOrder, [&](int j) { v[j] = j == k ? 1.f : a[i][j] / r.divisor; });
        team.sync();
        team.each(k, kOrder, [&](int j) {
            float sum = 0;
            for (int l = k; l < kOrder; l++) sum += r.tau * a[l][j] * v[l];
            x[j] = sum;
        });
        team.sync();
        const float alpha = axis_correction(r.tau, x, v, k);
        team.sync();
        team.each(k, kOrder, [&](int j) { x[j] += alpha * v[j]; });
        team.sync();
        team.each(k, kOrder, [&](int j) {
            for (int l = k; l < kOrder; l++) a[l][j] -= x[l] * v[j] + v[l] * x[j];
        });
        team.sync();
    }
    if (team.leads()) off_diagonal[kOrder - 2] = a[kOrder - 1][kOrder - 2];
    team.each(0, kOrder, [&](int i) { diagonal[i] = a[i][i]; });
    team.sync();
}

struct Rotation {
    float c, s;
};

/// 1 / sqrt(1 + t^2).
VMAF_HD inline float inverse_hypotenuse(float t) {
    return static_cast<float>(1.0 / sqrt(static_cast<double>(1 + t * t)));
}

/// Turns (x, z) so that z becomes 0.
VMAF_HD inline Rotation rotation(float x, float z) {
    if (z == 0) return {1, 0};
    if (fabsf(z) > fabsf(x)) {
        const float t = -x / z, s = inverse_hypotenuse(t);
        return {s * t, s};
    }
    const float t = -z / x, c = inverse_hypotenuse(t);
    return {c, c * t};
}

/// Wilkinson's shift: the eigenvalue of the last 2x2 block that is nearer to its corner.
VMAF_HD inline float shift(const float* d, const float* e, int n) {
    const float corner = d[n - 1], off = e[n - 2], half = (d[n - 2] - corner) / 2;
    float mu = 0;
    if (half > 0)
        mu = corner - off * (off / (half + hypotenuse(half, off)));
    else if (half == 0)
        mu = corner - fabsf(off);
    else
        mu = corner + off * (off / (-half + hypotenuse(half, off)));
    return kEpsilon * static_cast<double>(fabsf(mu)) > static_cast<double>(fabsf(d[0]) + fabsf(e[0])) ? 0 : mu;
}

/// An implicit QR step on n >= 2 diagonal elements d and n - 1 off-diagonal ones e.
VMAF_HD inline void qr_step(float* d, float* e, int n) {
    float x = d[0] - shift(d, e, n), z = e[0];
    float p = d[0], q = e[0];
    for (int k = 0; k < n - 1; k++) {
        const Rotation r = rotation(x, z);
        const float c = r.c, s = r.s, o = d[k + 1];
        if (k > 0) e[k - 1] = c * x - s * z;
        d[k] = c * (c * p - s * q) + s * (s * o - c * q);
        x = c * (s * p + c * q) - s * (s * q + c * o);
        p = s * (s * p + c * q) + c * (s * q + c * o);
        if (k == n - 2) break;
        z = -s * e[k + 1];
        q = c * e[k + 1];
    }
    d[n - 1] = p;
    e[n - 2] = x;
}

VMAF_HD inline bool negligible(const float* d, const float* e, int i) {
    return static_cast<double>(fabsf(e[i])) < kEpsilon * static_cast<double>(fabsf(d[i]) + fabsf(d[i + 1]));
}

/// d becomes the eigenvalues of a tridiagonal matrix. Spoils e.
template <class Team>
VMAF_HD inline void diagonalise(Vector& d, Vector& e, const Team& team) {
    constexpr int kMostSteps = 500;
    const auto chop = [&](int begin, int end) {
        team.each(begin, end, [&](int i) {
            if (negligible(d, e, i)) e[i] = 0;
        });
        team.sync();
    };
    chop(0, kOrder - 1);
    for (int last = kOrder - 1, steps = 0; last > 0 && steps < kMostSteps;) {
        if (e[last - 1] == 0) {
            last--;
            continue;
        }
        int first = last - 1;
        while (first > 0 && e[first - 1] != 0) first--;
        team.sync();
        if (team.leads()) qr_step(d + first, e + first, last - first + 1);
        team.sync();
        chop(first, last);
        steps++;
    }
}

VMAF_HD inline bool has_tiny_eigenvalue(const Vector& eigenvalues) {
    for (int i = 0; i < kOrder; i++)
        if (static_cast<double>(eigenvalues[i]) < kEpsilon) return true;
    return false;
}

// ---- solution

/// C = Q' R: q is the orthogonal matrix, r's upper triangle the triangular one.
struct Factors {
    Matrix q, r;
};

/// Scratch of factorise(): the matrices that are worked on, each in two versions, and the reflection's vector.
struct FactorScratch {
    Matrix z[2], q[2];
    Vector v;
};

/// The reflection that clears column k of z below the diagonal, as the vector v[k] .. v[kOrder - 1]. Two barriers.
template <class Team>
VMAF_HD inline void column_reflection(const Matrix& z, int k, float pivot_sign, Vector& v, const Team& team) {
    float square = 0;
    for (int i = k; i < kOrder; i++) square += z[i][k] * z[i][k];
    const float pivot = z[k][k] + pivot_sign * sqrtf(square);
    square = 0;
    for (int i = k; i < kOrder; i++) {
        const float element = i == k ? pivot : z[i][k];
        square += element * element;
    }
    const float norm = sqrtf(square);
    team.each(k, kOrder, [&](int i) { v[i] = (i == k ? pivot : z[i][k]) / norm; });
    team.sync();
}

/// Element (i, l) of I - 2 v v'.
VMAF_HD inline float reflecting(const Vector& v, int i, int l) {
    const float element = -2 * v[i] * v[l];
    return i == l ? element + 1 : element;
}

VMAF_HD inline float reflected(const Vector& v, const Matrix& in, int k, int i, int j) {
    float sum = 0;
    for (int l = k; l < kOrder; l++) sum += reflecting(v, i, l) * in[l][j];
    return sum;
}

template <class Team>
VMAF_HD inline void factorise(const Matrix& c, Factors& out, FactorScratch& scratch, const Team& team) {
    team.each(0, kOrder * kOrder, [&](int n) {
        const int i = n / kOrder, j = n % kOrder;
        scratch.z[0][i][j] = c[i][j];
        scratch.q[0][i][j] = i == j ? 1.f : 0.f;
    });
    team.sync();
    for (int k = 0; k < kOrder - 1; k++) {
        const Matrix &z = scratch.z[k % 2], &q = scratch.q[k % 2];
        Matrix &next_z = scratch.z[1 - k % 2], &next_q = scratch.q[1 - k % 2];
        column_reflection(z, k, sign(c[k][k]), scratch.v, team);
        const int rows = kOrder - k;
        team.each(0, rows * rows, [&](int n) {
            const int i = k + n / rows, j = k + n % rows;
            next_z[i][j] = reflected(scratch.v, z, k, i, j);
        });
        team.each(0, kOrder * kOrder, [&](int n) {
            const int i = n / kOrder, j = n % kOrder;
            next_q[i][j] = i < k ? q[i][j] : reflected(scratch.v, q, k, i, j);
        });
        team.sync();
    }
    const Matrix& q = scratch.q[(kOrder - 1) % 2];
    team.each(0, kOrder * kOrder, [&](int n) {
        const int i = n / kOrder, j = n % kOrder;
        float sum = 0;
        for (int l = 0; l < kOrder; l++) sum += q[i][l] * c[l][j];
        out.q[i][j] = q[i][j];
        out.r[i][j] = sum;
    });
    team.sync();
}

VMAF_HD inline bool has_tiny_pivot(const Matrix& r) {
    for (int i = 0; i < kOrder; i++)
        if (static_cast<double>(fabsf(r[i][i])) < kEpsilon) return true;
    return false;
}

/// What the model says of one block.
struct Local {
    float variance, entropy;
};

/// The scale of block y[0] .. y[kOrder - 1] under the covariance that the factors are those of.
VMAF_HD inline float variance(const Factors& factors, const float* y) {
    float x[kOrder];
    for (int i = kOrder - 1; i >= 0; i--) {
        float t = 0;
        for (int l = 0; l < kOrder; l++) t += factors.q[i][l] * y[l];
        for (int l = i + 1; l < kOrder; l++) t -= x[l] * factors.r[i][l];
        x[i] = t / factors.r[i][i];
    }
    float sum = 0;
    for (int i = 0; i < kOrder; i++) sum += x[i] * y[i] / static_cast<float>(kOrder);
    return sum;
}

VMAF_HD inline float entropy(const Vector& eigenvalues, float variance, float sigma) {
    float sum = 0;
    for (int k = 0; k < kOrder; k++) {
        const float eigenvalue = eigenvalues[k] < 0 ? 0 : eigenvalues[k];
        const double bits = binary_logarithm(static_cast<double>(eigenvalue * variance + sigma)) + kGaussianEntropy;
        sum = static_cast<float>(static_cast<double>(sum) + bits);
    }
    return sum;
}

// ---- score

struct PlaneScore {
    float score = 0;
    uint32_t singular = 0;  ///< 1: a picture has no invertible covariance, and the score is 0

    bool operator==(const PlaneScore&) const = default;
};

/// How local differences are weighted.
struct Weighting {
    int mode;            ///< 0 to 6
    float base_entropy;  ///< what lies below it in both pictures is noise
};

VMAF_HD inline Weighting weighting(int mode, float sigma, float floor) {
    const double noise = binary_logarithm(static_cast<double>((1 + floor) * sigma)) + kGaussianEntropy;
    return {mode, static_cast<float>(kOrder * noise)};
}

/// What the entropies' weights are the logarithms of.
struct WeightArguments {
    double ref, dis;
};

VMAF_HD inline WeightArguments weight_arguments(int mode, float ref, float dis) {
    const double r = static_cast<double>(1 + ref), d = static_cast<double>(1 + dis);
    const double wide_ref = static_cast<double>(ref), wide_dis = static_cast<double>(dis);
    const double mean = 1 + static_cast<double>(ref + dis) / 2;
    switch (mode) {
        case 0: return {r, d};
        case 1: return {r, r};
        case 2: return {d, d};
        case 3: return {mean, mean};
        case 4: return {r, mean};
        case 5: return {r, 1 + (0.75 * wide_ref + 0.25 * wide_dis)};
        default: return {r, 1 + (0.25 * wide_ref + 0.75 * wide_dis)};
    }
}

/// The difference of one block.
VMAF_HD inline float local_difference(const Weighting& weighting, Local ref, Local dis) {
    if (ref.entropy < weighting.base_entropy && dis.entropy < weighting.base_entropy) return 0;
    const WeightArguments arguments = weight_arguments(weighting.mode, ref.variance, dis.variance);
    const auto r = static_cast<float>(static_cast<double>(ref.entropy) * binary_logarithm(arguments.ref));
    const auto d = static_cast<float>(static_cast<double>(dis.entropy) * binary_logarithm(arguments.dis));
    return fabsf(r - d);
}

/// The score from the sum of the blocks' differences.
VMAF_HD inline float mean_difference(float sum, int blocks) {
    const float mean = sum / static_cast<float>(blocks);
    return mean == mean ? mean : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace vmaf::speed
