// libvmaf_cuda.h in a build without CUDA: clients that link against it learn so at run time.
#include "libvmaf/libvmaf_cuda.h"

#include "api/guard.h"
#include "libvmaf/libvmaf_ext.h"

using namespace vmaf;

namespace {

int no_cuda() {
    return guard_quietly([] { fail(ENOSYS, "this libvmaf was built without CUDA; build with -Denable_cuda=true"); });
}

}  // namespace

int vmaf_cuda_state_init(VmafCudaState**, VmafCudaConfiguration) { return no_cuda(); }
int vmaf_cuda_state_init_device(VmafCudaState**, unsigned) { return no_cuda(); }
int vmaf_cuda_state_free(VmafCudaState*) { return no_cuda(); }
int vmaf_cuda_import_state(VmafContext*, VmafCudaState*) { return no_cuda(); }
int vmaf_cuda_import_states(VmafContext*, VmafCudaState**, unsigned) { return no_cuda(); }
int vmaf_cuda_preallocate_pictures(VmafContext*, VmafCudaPictureConfiguration) { return no_cuda(); }
int vmaf_cuda_fetch_preallocated_picture(VmafContext*, VmafPicture*) { return no_cuda(); }
int vmaf_cuda_pictures_follow_stream(VmafContext*, void*) { return no_cuda(); }
int vmaf_cuda_pictures_follow_event(VmafContext*, void*) { return no_cuda(); }
int vmaf_cuda_device_count(unsigned*) { return no_cuda(); }
int vmaf_cuda_device_describe(unsigned, char*, size_t) { return no_cuda(); }
int vmaf_cuda_device_memory(unsigned, size_t*, size_t*) { return no_cuda(); }
