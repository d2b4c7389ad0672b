// The border rules, against folding one step at a time.
#include "base/mirror.h"

#include <gtest/gtest.h>

namespace vmaf {
namespace {

TEST(Mirror, FoldsUntilInside) {
    for (int n = 1; n < 9; n++)
        for (int i = -40; i < 40; i++) {
            int centre = i, mixed = i, face = i;
            while (n > 1 && (centre < 0 || centre >= n)) centre = centre < 0 ? -centre : 2 * (n - 1) - centre;
            if (n == 1) centre = 0;
            while (mixed < 0 || mixed >= n) mixed = mixed < 0 ? -mixed : 2 * n - 1 - mixed;
            while (face < 0 || face >= n) face = face < 0 ? -1 - face : 2 * n - 1 - face;
            EXPECT_EQ(mirror_centre(i, n), centre) << i << " of " << n;
            EXPECT_EQ(mirror_centre_low_face_high(i, n), mixed) << i << " of " << n;
            EXPECT_EQ(mirror_face(i, n), face) << i << " of " << n;
            const int near = mirror_centre_low_face_high_near(i, n);
            EXPECT_TRUE(near >= 0 && near < n) << i << " of " << n;
            if (i >= -1 && i <= n + 1) {
                EXPECT_EQ(near, mixed) << i << " of " << n;
            }
        }
}

}  // namespace
}  // namespace vmaf
