// The timeline of a batch: memset, fork, kernels, join, one copy back.
#include "cuda/engine/batch_runner.h"

#include <algorithm>
#include <iterator>
#include <type_traits>

#include "cuda/driver/nvtx.h"

namespace vmaf::cuda {

namespace {

constexpr size_t kRawAlignment = 256;

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

BatchRunner::BatchRunner(std::unique_ptr<Device> device, const PictureFormat& format, DispatchPolicy policy)
    : device_(std::move(device)),
      format_(format),
      policy_(std::move(policy)),
      upload_(device_->context()),
      readback_(device_->context()) {
    selected_.reserve(batch_capacity(format));
    if (words_exceed_samples(format.bpc)) check_.emplace(format, *device_);
}

/// Serial passes are on the first lane, where they follow each other.
BatchRunner::Pass BatchRunner::make_pass(const PassSpec& spec, size_t number) {
    Pass pass;
    pass.spec = spec;
    pass.strategy = policy_.of(spec.metric->name);
    const auto add_extractor = [&] {
        pass.extractors.push_back(spec.metric->make_cuda(pass.spec.variants, format_, *device_));
    };
    add_extractor();
    const bool serial = pass.strategy == Strategy::kSerial;
    while (!serial && pass.extractors.size() < pass.extractors[0]->turns()) add_extractor();
    pass.raw_stride = round_up(pass.extractors[0]->raw_size(), kRawAlignment);
    pass.first_lane = serial ? 0 : number % kMostLanes;
    return pass;
}

void BatchRunner::add_passes(std::span<const PassSpec> specs) {
    static_assert(std::is_nothrow_move_constructible_v<Pass>, "what has been made is added without fail");
    std::vector<Pass> added;
    added.reserve(specs.size());
    for (const PassSpec& spec : specs) added.push_back(make_pass(spec, passes_.size() + added.size()));
    for (const Pass& pass : added)
        for (size_t turn = 0; turn < pass.extractors.size(); turn++)
            while (lanes_.size() <= pass.lane(turn))
                lanes_.push_back({Stream(device_->context()), Event(device_->context())});
    passes_.reserve(passes_.size() + added.size());
    std::move(added.begin(), added.end(), std::back_inserter(passes_));
}

Strategy BatchRunner::pacing() const {
    const auto is = [](Strategy strategy) {
        return [strategy](const Pass& pass) { return pass.strategy == strategy; };
    };
    if (std::any_of(passes_.begin(), passes_.end(), is(Strategy::kBatched))) return Strategy::kBatched;
    return std::all_of(passes_.begin(), passes_.end(), is(Strategy::kSerial)) ? Strategy::kSerial : Strategy::kAdaptive;
}

/// Bytes of what the check finds in a batch.
size_t BatchRunner::check_size() const {
    return check_ ? round_up(batch_capacity(format_) * sizeof(PlaneSet), kRawAlignment) : 0;
}

size_t BatchRunner::raw_size(const Pass& pass, const Flight& flight) const {
    return pass.raw_stride * static_cast<size_t>(std::count_if(flight.frames.begin(), flight.frames.end(),
                                                               [&](const BatchFrame& f) { return runs(pass, f); }));
}

/// Memory for a full batch, so that it is allocated once.
void BatchRunner::reserve(Flight& flight) {
    size_t bytes = check_size();
    for (const Pass& pass : passes_) bytes += pass.raw_stride * batch_capacity(format_);
    if (flight.capacity >= bytes) return;
    flight.raw = Buffer(device_->context(), bytes);
    flight.results = PinnedBuffer(device_->context(), bytes);
    flight.capacity = bytes;
}

void BatchRunner::launch(Flight& flight) {
    if (!flight.done.get()) {
        flight.ready = Event(device_->context());
        flight.done = Event(device_->context());
    }
    reserve(flight);
    size_t bytes = check_size();
    for (const Pass& pass : passes_) bytes += raw_size(pass, flight);
    const Driver& driver = upload_.driver();
    if (bytes > 0) VMAF_CUDA_TRY(driver, cuMemsetD8Async, flight.raw.address(), 0, bytes, upload_.get());
    flight.ready.record(upload_.get());
    readback_.wait(flight.ready);
    if (check_) check_->enqueue(flight.frames, flight.raw.address(), readback_.get());
    for (const Lane& lane : lanes_) lane.stream.wait(flight.ready);
    size_t offset = check_size();
    for (const Pass& pass : passes_) {
        if (raw_size(pass, flight) > 0) run_pass(pass, launches_ % pass.extractors.size(), flight, offset);
        offset += raw_size(pass, flight);
    }
    launches_++;
    for (Lane& lane : lanes_) {
        lane.done.record(lane.stream.get());
        readback_.wait(lane.done);
    }
    if (bytes > 0)
        VMAF_CUDA_TRY(driver, cuMemcpyDtoHAsync, flight.results.data(), flight.raw.address(), bytes, readback_.get());
    flight.done.record(readback_.get());
}

void BatchRunner::run_pass(const Pass& pass, size_t turn, const Flight& flight, size_t raw_offset) {
    const Range range(pass.spec.metric->name.data());
    selected_.clear();
    for (const BatchFrame& frame : flight.frames)
        if (runs(pass, frame)) selected_.push_back(frame.pictures);
    const size_t step = pass.strategy == Strategy::kSerial ? 1 : selected_.size();
    for (size_t first = 0; first < selected_.size(); first += step)
        pass.extractors[turn]->enqueue({std::span<const FramePictures>(selected_).subspan(first, step),
                                        flight.raw.address() + raw_offset + first * pass.raw_stride, pass.raw_stride,
                                        lanes_[pass.lane(turn)].stream.get()});
}

PlaneSet BatchRunner::planes_above_depth(const Flight& flight, size_t i) const {
    return check_ ? reinterpret_cast<const PlaneSet*>(flight.results.data())[i] : 0;
}

void BatchRunner::collect(const Flight& flight) const {
    const std::byte* raw = flight.results.data() + check_size();
    for (const Pass& pass : passes_)
        for (const BatchFrame& frame : flight.frames) {
            if (!runs(pass, frame)) continue;
            pass.extractors[0]->collect(raw, frame.sums + pass.spec.sums_offset);
            raw += pass.raw_stride;
        }
}

void BatchRunner::synchronize() const {
    upload_.synchronize();
    for (const Lane& lane : lanes_) lane.stream.synchronize();
    readback_.synchronize();
}

}  // namespace vmaf::cuda
