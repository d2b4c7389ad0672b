// The views of a frame, all alike; and those that an extractor may look at.
#pragma once

#include <vector>

#include "metric/metric.h"

namespace vmaf::testing_frames {

/// Every picture of the frame.
inline std::vector<PictureView*> views_of(FramePictures& pictures) {
    std::vector<PictureView*> views{&pictures.ref, &pictures.dis};
    for (PicturePair& pair : pictures.previous) views.insert(views.end(), {&pair.ref, &pair.dis});
    return views;
}

/// Needs bits of a metric with these options.
inline unsigned needs_of(const Metric& metric, const OptionValues& options, const PictureFormat& format) {
    return metric.needs ? metric.needs(options, format) : kLumaOnly;
}

/// The frame without what an extractor with these needs must not look at.
inline FramePictures as_asked_for(FramePictures pictures, unsigned needs) {
    if (needs & kNoReference) pictures.ref = {.format = pictures.ref.format};
    if (needs & kNoDistorted) pictures.dis = {.format = pictures.dis.format};
    for (unsigned i = 0; i < kMaxLookback; i++) {
        if (i >= previous_refs(needs)) pictures.previous[i].ref = {};
        if (i >= previous_dis(needs)) pictures.previous[i].dis = {};
    }
    if (!(needs & kChroma))
        for (PictureView* view : views_of(pictures)) view->data[1] = view->data[2] = nullptr;
    return pictures;
}

}  // namespace vmaf::testing_frames
