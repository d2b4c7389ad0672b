// Opens devices and contexts.
#include "cuda/driver/context.h"

namespace vmaf::cuda {

namespace {

constexpr int kInvalidDevice = 101;  // CUDA_ERROR_INVALID_DEVICE

/// Device attributes that ffnvcodec's enumeration lacks.
constexpr auto kMaxSharedPerBlockOptIn = static_cast<CUdevice_attribute>(97);
constexpr auto kFloatToDoubleRatio = static_cast<CUdevice_attribute>(87);
constexpr auto kMultiprocessors = static_cast<CUdevice_attribute>(16);
constexpr auto kMajor = static_cast<CUdevice_attribute>(75);
constexpr auto kMinor = static_cast<CUdevice_attribute>(76);

int attribute(const Driver& driver, CUdevice device, CUdevice_attribute which) {
    int value = 0;
    VMAF_CUDA_TRY(driver, cuDeviceGetAttribute, &value, which, device);
    return value;
}

CUdevice device_at(const Driver& driver, int index) {
    const int count = device_count(driver);
    if (index < 0 || index >= count)
        throw Error(ENODEV, static_cast<CUresult>(kInvalidDevice),
                    count == 0 ? cat("CUDA: no GPU is visible: check nvidia-smi, CUDA_VISIBLE_DEVICES and the "
                                     "container's --gpus option")
                               : cat("CUDA: there is no device ", index, ": choose 0 to ", count - 1));
    CUdevice device = 0;
    VMAF_CUDA_TRY(driver, cuDeviceGet, &device, index);
    return device;
}

DeviceInfo describe(const Driver& driver, CUdevice device, int index) {
    DeviceInfo info;
    info.index = index;
    char name[256] = {};
    VMAF_CUDA_TRY(driver, cuDeviceGetName, name, sizeof(name) - 1, device);
    info.name = name;
    VMAF_CUDA_TRY(driver, cuDeviceTotalMem, &info.memory, device);
    info.major = attribute(driver, device, kMajor);
    info.minor = attribute(driver, device, kMinor);
    info.multiprocessors = attribute(driver, device, kMultiprocessors);
    info.shared_per_block = attribute(driver, device, kMaxSharedPerBlockOptIn);
    info.float_to_double_ratio = attribute(driver, device, kFloatToDoubleRatio);
    return info;
}

}  // namespace

int device_count(const Driver& driver) {
    int count = 0;
    VMAF_CUDA_TRY(driver, cuDeviceGetCount, &count);
    return count;
}

DeviceInfo device_info(const Driver& driver, int device_index) {
    return describe(driver, device_at(driver, device_index), device_index);
}

std::shared_ptr<const Context> Context::primary(std::shared_ptr<const Driver> driver, int device_index) {
    const CUdevice device = device_at(*driver, device_index);
    std::shared_ptr<Context> context(new Context(std::move(driver), device));
    VMAF_CUDA_TRY(context->driver(), cuDevicePrimaryCtxRetain, &context->handle_, device);
    context->retained_ = true;
    return context;
}

std::shared_ptr<const Context> Context::foreign(std::shared_ptr<const Driver> driver, CUcontext handle) {
    std::shared_ptr<Context> context(new Context(std::move(driver), 0));
    context->handle_ = handle;
    const Current current(*context);
    VMAF_CUDA_TRY(context->driver(), cuCtxGetDevice, &context->device_);
    return context;
}

/// Device handles are the indexes, in every driver so far; the index serves reports alone.
const DeviceInfo& Context::info() const {
    std::call_once(described_, [this] { info_ = describe(*driver_, device_, device_); });
    return info_;
}

Context::~Context() {
    if (retained_ && driver_->usable()) driver_->functions().cuDevicePrimaryCtxRelease(device_);
}

Current::Current(const Context& context) : context_(context) {
    VMAF_CUDA_TRY(context.driver(), cuCtxPushCurrent, context.handle());
}

Current::~Current() {
    CUcontext popped = nullptr;
    context_.driver().functions().cuCtxPopCurrent(&popped);
}

}  // namespace vmaf::cuda
