// The frame of a SpEED pass on the CPU: planes of both pictures -> locals of their blocks -> scores. What finds the locals,
// scalar or vector code, is a parameter.
#pragma once

#include <utility>
#include <vector>

#include "metric/speed/speed_plan.h"

namespace vmaf::speed {

/// The samples of one plane: those of `plane`, or their differences from `subtracted` if that is there.
template <class T>
struct Source {
    Plane<T> plane, subtracted;
};

/// What is known of a plane: nothing but that it is singular, or a Local for each block, row by row. Behind them is room
/// for a vector of Locals.
struct Analysis {
    bool singular = false;
    std::vector<Local> locals;
};

/// The two sources of plane `i` of the Sums. speed_temporal's are changes from the previous pictures, which must be there.
template <class T>
std::pair<Source<T>, Source<T>> sources(const FramePictures& frame, const Settings& settings, unsigned i) {
    const unsigned p = settings.picture_plane(i);
    const Plane<T> ref = frame.ref.plane<T>(p), dis = frame.dis.plane<T>(p);
    if (!settings.temporal) return {{ref, {}}, {dis, {}}};
    const PicturePair& previous = frame.previous[0];
    return {{previous.ref.plane<T>(p), ref}, {previous.dis.plane<T>(p), settings.reference_difference ? ref : dis}};
}

/// An extractor over an Analyser: Analyser(plan) with members
///   analyse(const Source<T>&, Analysis&)
///   difference(const Analysis& ref, const Analysis& dis), the sum of the blocks' differences
template <class Analyser>
class PassExtractor final : public Extractor {
 public:
    PassExtractor(size_t variants, const Plan& plan) : variants_(variants), plan_(plan), analyser_(plan_) {
        for (Analysis* analysis : {&ref_, &dis_}) analysis->locals.resize(static_cast<size_t>(plan_.blocks() + kPitch));
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        const bool complete = !plan_.settings.temporal || (frame.previous[0].ref && frame.previous[0].dis);
        for (unsigned i = 0; complete && i < plan_.settings.planes(); i++)
            sums.plane[i] = with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
                const auto [ref, dis] = sources<T>(frame, plan_.settings, i);
                return score(ref, dis);
            });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    template <class T>
    PlaneScore score(const Source<T>& ref, const Source<T>& dis) {
        analyser_.analyse(ref, ref_);
        analyser_.analyse(dis, dis_);
        if (ref_.singular || dis_.singular) return {0, 1};
        return {mean_difference(analyser_.difference(ref_, dis_), plan_.blocks()), 0};
    }

    size_t variants_;
    Plan plan_;
    Analyser analyser_;
    Analysis ref_, dis_;
};

/// The readable reference.
std::unique_ptr<Extractor> make_scalar_extractor(size_t variants, const Plan& plan);

}  // namespace vmaf::speed
