// Pictures out of any layout have the samples that lie there, at the depth asked for.
#include "picture/unpack.h"

#include <gtest/gtest.h>

#include "picture/wrapping.h"
#include "support/client_frames.h"

namespace vmaf::test {
namespace {

TEST(Unpack, MovesEverySampleOfThePlanesAskedFor) {
    constexpr unsigned kW = 37, kH = 6;
    for (const ClientLayout& layout : kClientLayouts)
        for (const unsigned to : {8u, 10u, 12u, 16u})
            for (const unsigned planes : {1u, layout.format(kW, kH).planes()}) {
                const ClientBytes bytes(layout, kW, kH, 3, 1, 10, 4);
                const Picture picture = wrap(bytes.at(bytes.bytes().data()));
                const Picture copy = unpacked(picture.view(), picture.layout(), to, planes);
                const PictureFormat format = at_least_deep(layout.format(kW, kH), to);
                EXPECT_EQ(copy.view().format, format);
                for (unsigned p = 0; p < format.planes(); p++)
                    for (unsigned y = 0; y < format.plane_h(p); y++)
                        for (unsigned x = 0; x < format.plane_w(p); x++) {
                            const unsigned sample = client_sample(layout.bpc, 3, 1, p, x, y)
                                                    << (format.bpc - layout.bpc);
                            const unsigned found = with_sample_type(format.bpc, [&]<class T>(std::type_identity<T>) {
                                return unsigned{copy.view().plane<T>(p).row(y)[x]};
                            });
                            EXPECT_EQ(found, p < planes ? sample : 0)
                                << layout.name << " to " << to << " bit: plane " << p << ", " << x << ',' << y;
                        }
            }
}

}  // namespace
}  // namespace vmaf::test
