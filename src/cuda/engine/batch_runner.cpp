// The timeline of a batch: memset, fork, kernels, join, one copy back.
#include "cuda/engine/batch_runner.h"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

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
    for (auto* pictures : {&selected_, &unprepared_}) pictures->reserve(batch_capacity(format));
    if (words_exceed_samples(format.bpc)) check_.emplace(format, *device_);
}

/// Serial passes are on the first lane, where they follow each other.
BatchRunner::Pass BatchRunner::make_pass(const PassSpec& spec, size_t number) {
    Pass pass;
    pass.spec = spec;
    pass.strategy = policy_.of(spec.metric->name);
    const bool serial = pass.strategy == Strategy::kSerial;
    do {
        const size_t lane = serial ? 0 : (number + pass.turns.size()) % kMostLanes;
        pass.turns.push_back({spec.metric->make_cuda(pass.spec.variants, format_, *device_), lane});
    } while (!serial && pass.turns.size() < pass.extractor().turns());
    pass.raw_stride = round_up(pass.extractor().raw_size(), kRawAlignment);
    pass.identity = known_pass({spec.metric, spec.variants, format_, {}, device_->context()->handle()});
    pass.reference_bytes = pass.extractor().reference_bytes();
    return pass;
}

void BatchRunner::add_passes(std::span<const PassSpec> specs) {
    static_assert(std::is_nothrow_move_constructible_v<Pass>, "what has been made is added without fail");
    std::vector<Pass> added;
    added.reserve(specs.size());
    for (const PassSpec& spec : specs) added.push_back(make_pass(spec, passes_.size() + added.size()));
    for (const Pass& pass : added)
        for (const Turn& turn : pass.turns)
            while (lanes_.size() <= turn.lane)
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
    flight.references.clear();
    size_t bytes = check_size();
    for (const Pass& pass : passes_) bytes += raw_size(pass, flight);
    const Driver& driver = upload_.driver();
    if (bytes > 0) VMAF_CUDA_TRY(driver, cuMemsetD8Async, flight.raw.address(), 0, bytes, upload_.get());
    flight.ready.record(upload_.get());
    readback_.wait(flight.ready);
    if (check_) check_->enqueue(flight.frames, flight.raw.address(), readback_.get());
    for (const Lane& lane : lanes_) lane.stream.wait(flight.ready);
    size_t offset = check_size();
    for (Pass& pass : passes_) {
        if (raw_size(pass, flight) > 0) run_pass(pass, flight, flight.raw.address() + offset);
        offset += raw_size(pass, flight);
        pass.next_turn = (pass.next_turn + 1) % pass.turns.size();
    }
    for (Lane& lane : lanes_) {
        lane.done.record(lane.stream.get());
        readback_.wait(lane.done);
    }
    if (bytes > 0)
        VMAF_CUDA_TRY(driver, cuMemcpyDtoHAsync, flight.results.data(), flight.raw.address(), bytes, readback_.get());
    flight.done.record(readback_.get());
}

void BatchRunner::Flight::let_go() {
    references.clear();
    for (BatchFrame& frame : frames) frame.shared.reset();
}

/// The frames of the flight that the pass computes, and those of them whose references others read too.
void BatchRunner::select(const Pass& pass, const Flight& flight) {
    selected_.clear();
    wanted_.clear();
    place_.clear();
    for (const BatchFrame& frame : flight.frames) {
        if (!runs(pass, frame)) continue;
        const uint64_t number = pass.shares() && frame.shared ? frame.shared->number() : 0;
        if (const auto before = pass.spec.shared_before(frame.pictures, number, frame.before)) {
            wanted_.push_back({frame.shared.get(), *before});
            place_.push_back(selected_.size());
        }
        selected_.push_back(frame.pictures);
    }
}

void BatchRunner::run_pass(Pass& pass, Flight& flight, CUdeviceptr raw) {
    const Range range(pass.spec.metric->name.data());
    select(pass, flight);
    const size_t begin = flight.references.size();
    flight.references.resize(begin + selected_.size());
    const References references = References(flight.references).subspan(begin);
    prepared_.assign(selected_.size(), 0);
    if (pass.spec.of_reference_alone()) {
        if (!wanted_.empty()) share_results(pass, raw, references);
        return enqueue(pass, raw, [&](size_t i) { return !references[i]; });
    }
    if (!wanted_.empty()) share_references(pass, flight, references);
    enqueue(pass, raw, [](size_t) { return true; });
}

/// Has the pass compute those of its frames for which chosen(i), as pairs or with what was prepared. Neighbours that are alike go in one launch.
template <class Chosen>
void BatchRunner::enqueue(Pass& pass, CUdeviceptr raw, Chosen chosen) const {
    Turn& turn = pass.turn();
    const size_t most = pass.strategy == Strategy::kSerial ? 1 : selected_.size();
    const auto alike = [&](size_t a, size_t b) { return chosen(a) == chosen(b) && !prepared_[a] == !prepared_[b]; };
    for (size_t first = 0, end = 0; first < selected_.size(); first = end) {
        for (end = first + 1; end < selected_.size() && end - first < most && alike(first, end);) ++end;
        if (!chosen(first)) continue;
        const size_t count = end - first;
        turn.extractor->enqueue({.frames = std::span(selected_).subspan(first, count),
                                 .raw = raw + first * pass.raw_stride,
                                 .raw_stride = pass.raw_stride,
                                 .stream = stream_of(turn).get(),
                                 .references = std::span(prepared_).subspan(first, prepared_[first] ? count : 0)});
        if (!prepared_[first]) turn.after_pairs = true;
    }
}

ReferenceMemory& BatchRunner::reference_memory() {
    if (!references_) references_ = reference_memory_of(*device_->context());
    return *references_;
}

/// For a pass of the reference alone. Its raw results are there for others behind a copy that follows the kernels; whoever finds them
/// computes nothing.
void BatchRunner::share_results(Pass& pass, CUdeviceptr raw, References references) {
    const auto fill = [&](std::span<Wanted* const> mine) {
        const auto results = take_results(reference_memory(), device_->context(), *pass.identity,
                                          batch_capacity(format_), pass.raw_stride);
        if (!results) return;
        for (Wanted* const one : mine) {
            const size_t i = place_[static_cast<size_t>(one - wanted_.data())];
            one->made = references[i] = {results, &results->of(i)};
        }
        enqueue(pass, raw, [&](size_t i) {
            return references[i] && static_cast<const SharedResult&>(*references[i]).ready == &results->ready();
        });
        const CUstream stream = stream_of(pass.turn()).get();
        VMAF_CUDA_TRY(upload_.driver(), cuMemcpyDtoHAsync, results->data(), raw, selected_.size() * pass.raw_stride,
                      stream);
        results->ready().record(stream);
    };
    SharedReference::prepare_together(wanted_, *pass.identity, fill);
    const Event* last = nullptr;
    for (size_t i = 0; i < wanted_.size(); ++i) {
        if (!wanted_[i].made) continue;
        const Event* const ready = static_cast<const SharedResult&>(*wanted_[i].made).ready;
        if (ready != last) readback_.wait(*ready);
        last = ready;
        references[place_[i]] = std::move(wanted_[i].made);
    }
}

/// For a pass in two steps: has prepared_ what was made of the frames' references, here or by others; the lane waits for it.
void BatchRunner::share_references(Pass& pass, const Flight& flight, References references) {
    SharedReference::prepare_together(wanted_, *pass.identity,
                                      [&](std::span<Wanted* const> mine) { prepare(pass, flight, mine, references); });
    for (size_t i = 0; i < wanted_.size(); ++i) {
        if (!wanted_[i].made) continue;
        auto& reference = references[place_[i]];
        const auto& made = static_cast<const DeviceReference&>(*wanted_[i].made);
        stream_of(pass.turn()).wait(made.ready());
        prepared_[place_[i]] = made.address();
        reference = std::move(wanted_[i].made);
    }
}

/// As far as there is memory. Beside the lanes, so that work on this batch's references need not wait for that on earlier frames. The
/// flight holds the memory from the start: if something fails here, work on it may be queued already.
void BatchRunner::prepare(Pass& pass, const Flight& flight, std::span<Wanted* const> mine, References references) {
    if (!preparing_.get()) preparing_ = Stream(device_->context());
    const CUstream stream = preparing_.get();
    preparing_.wait(flight.ready);
    Turn& turn = pass.turn();
    if (std::exchange(turn.after_pairs, false)) {
        if (!turn.pairs_done.get()) turn.pairs_done = Event(device_->context());
        turn.pairs_done.record(stream_of(turn).get());
        preparing_.wait(turn.pairs_done);
    }
    unprepared_.clear();
    rooms_.clear();
    for (Wanted* const one : mine) {
        const auto room = take_reference(reference_memory(), device_->context(), *pass.identity, pass.reference_bytes);
        if (!room) continue;
        const size_t i = place_[static_cast<size_t>(one - wanted_.data())];
        one->made = references[i] = room;
        unprepared_.push_back(selected_[i]);
        rooms_.push_back(room->address());
    }
    const size_t step = pass.strategy == Strategy::kSerial ? 1 : unprepared_.size();
    for (size_t first = 0; first < unprepared_.size(); first += step)
        turn.extractor->prepare({.frames = std::span(unprepared_).subspan(first, step),
                                 .stream = stream,
                                 .references = std::span(rooms_).subspan(first, step)});
    for (Wanted* const one : mine)
        if (one->made) static_cast<const DeviceReference&>(*one->made).ready().record(stream);
}

PlaneSet BatchRunner::planes_above_depth(const Flight& flight, size_t i) const {
    return check_ ? reinterpret_cast<const PlaneSet*>(flight.results.data())[i] : 0;
}

void BatchRunner::collect(const Flight& flight) const {
    const std::byte* raw = flight.results.data() + check_size();
    auto reference = flight.references.begin();
    for (const Pass& pass : passes_)
        for (const BatchFrame& frame : flight.frames) {
            if (!runs(pass, frame)) continue;
            const bool elsewhere = *reference && pass.spec.of_reference_alone();
            const std::byte* const from = elsewhere ? static_cast<const SharedResult&>(**reference).raw : raw;
            pass.extractor().collect(from, frame.sums + pass.spec.sums_offset);
            raw += pass.raw_stride;
            ++reference;
        }
}

void BatchRunner::synchronize() const {
    upload_.synchronize();
    if (preparing_.get()) preparing_.synchronize();
    for (const Lane& lane : lanes_) lane.stream.synchronize();
    readback_.synchronize();
}

}  // namespace vmaf::cuda
