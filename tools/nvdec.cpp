// Asks the driver's video decoding library, and gets hold of what decoding needs.
#include "nvdec.h"

#include <dlfcn.h>
#include <ffnvcodec/dynlink_cuda.h>
#include <ffnvcodec/dynlink_cuviddec.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/error.h"

namespace vmaf::tool {

namespace {

constexpr char kDecoding[] = "libnvcuvid.so.1", kDriver[] = "libcuda.so.1";
/// A path that the library, too, takes for the driver.
constexpr char kDriverOverride[] = "VMAF_CUDA_LIBRARY";

struct Codec {
    const char* name;
    cudaVideoCodec codec;
};
constexpr Codec kCodecs[] = {{"H.264", cudaVideoCodec_H264},
                             {"HEVC", cudaVideoCodec_HEVC},
                             {"VP9", cudaVideoCodec_VP9},
                             {"AV1", cudaVideoCodec_AV1},
                             {"MPEG-2", cudaVideoCodec_MPEG2}};
struct Chroma {
    const char* name;
    cudaVideoChromaFormat format;
};
constexpr Chroma kChromas[] = {
    {"4:2:0", cudaVideoChromaFormat_420}, {"4:2:2", cudaVideoChromaFormat_422}, {"4:4:4", cudaVideoChromaFormat_444}};
constexpr unsigned kDepths[] = {8, 10, 12};

/// cuMemGetInfo_v2, which ffnvcodec does not declare.
using MemGetInfo = CUresult CUDAAPI(size_t* free, size_t* total);

struct Unload {
    void operator()(void* library) const { dlclose(library); }
};
using Library = std::unique_ptr<void, Unload>;

Library load(const char* name) {
    Library library(dlopen(name, RTLD_NOW));
    if (library) return library;
    const char* const reason = dlerror();
    fail(ENOSYS, reason ? reason : name,
         "; a container needs NVIDIA_DRIVER_CAPABILITIES with 'video' to decode on the GPU");
}

Library load_driver() {
    const char* const path = std::getenv(kDriverOverride);
    return load(path && *path ? path : kDriver);
}

template <class Function>
Function* function(const Library& library, const char* name) {
    void* const found = dlsym(library.get(), name);
    if (!found) fail(ENOSYS, "the driver has no ", name);
    return reinterpret_cast<Function*>(found);
}

void must(CUresult result, const char* call) {
    if (result) fail(EIO, call, " returned ", static_cast<int>(result));
}

/// A device's primary context, held while the object lives.
class PrimaryContext {
 public:
    PrimaryContext(const Library& driver, unsigned index)
        : release_(function<tcuDevicePrimaryCtxRelease>(driver, "cuDevicePrimaryCtxRelease")) {
        const auto retain = function<tcuDevicePrimaryCtxRetain>(driver, "cuDevicePrimaryCtxRetain");
        must(function<tcuInit>(driver, "cuInit")(0), "cuInit");
        must(function<tcuDeviceGet>(driver, "cuDeviceGet")(&device_, static_cast<int>(index)), "cuDeviceGet");
        must(retain(&handle_, device_), "cuDevicePrimaryCtxRetain");
    }
    ~PrimaryContext() { release_(device_); }
    PrimaryContext(const PrimaryContext&) = delete;
    PrimaryContext& operator=(const PrimaryContext&) = delete;

    CUcontext handle() const { return handle_; }

 private:
    tcuDevicePrimaryCtxRelease* release_;
    CUdevice device_ = 0;
    CUcontext handle_ = nullptr;
};

/// Makes a context current on this thread while the object lives.
class Current {
 public:
    Current(const Library& driver, const PrimaryContext& context)
        : pop_(function<tcuCtxPopCurrent_v2>(driver, "cuCtxPopCurrent_v2")) {
        must(function<tcuCtxPushCurrent_v2>(driver, "cuCtxPushCurrent_v2")(context.handle()), "cuCtxPushCurrent");
    }
    ~Current() {
        CUcontext context = nullptr;
        pop_(&context);
    }
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

 private:
    tcuCtxPopCurrent_v2* pop_;
};

/// Engines that decode what is of that kind, 0 if none does. Takes the driver some milliseconds.
unsigned engines_for(tcuvidGetDecoderCaps* ask, cudaVideoCodec codec, cudaVideoChromaFormat chroma, unsigned depth) {
    CUVIDDECODECAPS caps = {};
    caps.eCodecType = codec;
    caps.eChromaFormat = chroma;
    caps.nBitDepthMinus8 = depth - 8;
    return ask(&caps) == CUDA_SUCCESS && caps.bIsSupported ? caps.nNumNVDECs : 0;
}

/// "8/10/12": the depths of one codec and chroma format, empty if there are none. Raises `engines` to the number that decode them.
std::string depths(tcuvidGetDecoderCaps* ask, cudaVideoCodec codec, cudaVideoChromaFormat chroma, unsigned& engines) {
    std::string words;
    for (const unsigned depth : kDepths) {
        const unsigned found = engines_for(ask, codec, chroma, depth);
        engines = std::max(engines, found);
        if (found) words += cat(words.empty() ? "" : "/", depth);
    }
    return words;
}

/// What the engines decode, of which it counts those that decode most kinds.
std::string ask_codecs(unsigned device, unsigned& engines) {
    const Library decoding = load(kDecoding), driver = load_driver();
    const PrimaryContext context(driver, device);
    const Current current(driver, context);
    const auto ask = function<tcuvidGetDecoderCaps>(decoding, "cuvidGetDecoderCaps");
    std::string codecs;
    for (const Codec& codec : kCodecs) {
        std::string formats;
        for (const Chroma& chroma : kChromas) {
            const std::string bits = depths(ask, codec.codec, chroma.format, engines);
            if (!bits.empty()) formats += cat(formats.empty() ? "" : ", ", chroma.name, " ", bits, " bit");
        }
        if (!formats.empty()) codecs += cat(codecs.empty() ? "" : "; ", codec.name, " ", formats);
    }
    return codecs;
}

}  // namespace

std::string decoder_words(unsigned device) {
    try {
        unsigned engines = 0;
        const std::string codecs = ask_codecs(device, engines);
        return codecs.empty() ? "none" : cat(engines, engines == 1 ? " engine: " : " engines: ", codecs);
    } catch (const Error& error) {
        return cat("can't be asked: ", error.what());
    }
}

DecodingRoom decoding_room(unsigned device) {
    const Library decoding = load(kDecoding), driver = load_driver();
    const PrimaryContext context(driver, device);
    const Current current(driver, context);
    size_t free = 0, total = 0;
    must(function<MemGetInfo>(driver, "cuMemGetInfo_v2")(&free, &total), "cuMemGetInfo");
    const auto ask = function<tcuvidGetDecoderCaps>(decoding, "cuvidGetDecoderCaps");
    constexpr unsigned kDepth = 8;  // of the kind that all generations decode
    return {engines_for(ask, cudaVideoCodec_H264, cudaVideoChromaFormat_420, kDepth), free};
}

std::string why_no_decoders() {
    try {
        load(kDecoding);
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

struct DecodingStream::State {
    explicit State(unsigned device) : driver(load_driver()), context(driver, device) {
        const Current current(driver, context);
        destroy = function<tcuStreamDestroy_v2>(driver, "cuStreamDestroy_v2");
        must(function<tcuStreamCreate>(driver, "cuStreamCreate")(&stream, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    }
    ~State() { destroy(stream); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    const Library driver;
    const PrimaryContext context;
    tcuStreamDestroy_v2* destroy;
    CUstream stream = nullptr;
};

DecodingStream::DecodingStream(unsigned device) : state_(std::make_unique<State>(device)) {}
DecodingStream::~DecodingStream() = default;
void* DecodingStream::context() const { return state_->context.handle(); }
void* DecodingStream::stream() const { return state_->stream; }

}  // namespace vmaf::tool
