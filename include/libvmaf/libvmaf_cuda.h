/* Scoring on NVIDIA GPUs. Part of the libvmaf C API; installed by builds with CUDA.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_CUDA_H
#define LIBVMAF_CUDA_H

#include "libvmaf/libvmaf.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A CUDA context chosen for scoring. */
typedef struct VmafCudaState VmafCudaState;

typedef struct VmafCudaConfiguration {
    void *cu_ctx; /**< CUcontext to work in; NULL: the primary context of device 0 */
} VmafCudaConfiguration;

/** Loads the driver and prepares a state. The caller gives it to vmaf_cuda_import_state().
 *
 * @return 0; -ENOSYS if the library was built without CUDA or the driver is not installed; -ENODEV without a usable device;
 *         -ENOMEM; -EINVAL for a null pointer.
 */
VMAF_API int vmaf_cuda_state_init(VmafCudaState **cu_state, VmafCudaConfiguration cfg);

/** Has `vmaf` score on the GPU. Must precede the first picture. The context takes the state over.
 *
 * @return 0; -EINVAL for a null pointer or a second state; -ENOSYS in a build without CUDA.
 */
VMAF_API int vmaf_cuda_import_state(VmafContext *vmaf, VmafCudaState *cu_state);

/** Where preallocated pictures lie. */
enum VmafCudaPicturePreallocationMethod {
    VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_NONE = 0,   /**< no pool: each fetch allocates in host memory */
    VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE,     /**< device memory, pitched; data[] are CUdeviceptr values */
    VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST,       /**< pageable host memory */
    VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED /**< page-locked host memory */
};

typedef struct VmafCudaPictureConfiguration {
    struct {
        unsigned w, h;
        unsigned bpc;
        enum VmafPixelFormat pix_fmt;
    } pic_params;
    enum VmafCudaPicturePreallocationMethod pic_prealloc_method;
} VmafCudaPictureConfiguration;

/** Sets up a pool of pictures of one kind.
 *
 * @return 0; -EINVAL for a null pointer, bad sizes or without an imported state; -ENOMEM; -ENOSYS in a build without CUDA.
 */
VMAF_API int vmaf_cuda_preallocate_pictures(VmafContext *vmaf, VmafCudaPictureConfiguration cfg);

/** Takes a picture from the pool; waits for one if all are in use.
 *
 * Device pictures: the caller's writes must be complete, or ordered before vmaf_read_pictures() by the caller's own synchronisation.
 * @return 0; -EINVAL for a null pointer or without a pool; -ENOSYS in a build without CUDA.
 */
VMAF_API int vmaf_cuda_fetch_preallocated_picture(VmafContext *vmaf, VmafPicture *pic);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_CUDA_H */
