// Resampling tables in device memory, for the host side of kernels.
#pragma once

#include "cuda/driver/device.h"
#include "metric/float/resampling.h"
#include "metric/float/resampling_cuda.h"

namespace vmaf {

/// Owns the tables of both axes. Made with the device's context current.
class DeviceResampling {
 public:
    DeviceResampling() = default;
    DeviceResampling(int source_w, int source_h, int w, int h, Resampling method, cuda::Device& device)
        : x_(source_w, w, method, device), y_(source_h, h, method, device) {}

    ResamplingArg arg() const { return {x_.axis(), y_.axis(), x_.normalises}; }

 private:
    struct Axis {
        Axis() = default;
        Axis(int source, int scaled, Resampling method, cuda::Device& device) : size(scaled) {
            const ResamplingTable table(source, scaled, method);
            taps = table.taps;
            normalises = table.normalises;
            index = device.upload(table.index.data(), table.index.size() * sizeof(int));
            weight = device.upload(table.weight.data(), table.weight.size() * sizeof(float));
        }

        ResamplingAxis axis() const { return {size, taps, index.as<const int>(), weight.as<const float>()}; }

        int size = 0, taps = 0;
        bool normalises = false;
        cuda::Buffer index, weight;
    };

    Axis x_, y_;
};

}  // namespace vmaf
