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

/** Has `vmaf` score on the GPU. Must precede the first picture, and extractors that are asked for as "adm_cuda", "motion_cuda" or
 *  "vif_cuda": those fail to register where the GPU will not compute them. The context takes the state over.
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

/** Takes a picture from the pool. While all are in use it waits until the library has done with one; if the caller itself holds all of
 *  them, it gives up after 10 seconds.
 *
 * The library has finished reading the picture: the caller may write it at once, on any stream. It need not wait for its
 * writes to a device picture before vmaf_read_pictures(): the library reads the picture after all work that the legacy default
 * stream of the CUDA context holds at that call, and with it all streams but those made with CU_STREAM_NON_BLOCKING. Clients who write
 * on one of those wait for it first, or name it with vmaf_cuda_pictures_follow_stream() of libvmaf_ext.h.
 *
 * @return 0; -EINVAL for a null pointer or without a pool; -EBUSY if the caller holds all pictures; -ENOMEM; -ENOSYS in a build without
 *         CUDA. Thread-safe.
 */
VMAF_API int vmaf_cuda_fetch_preallocated_picture(VmafContext *vmaf, VmafPicture *pic);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_CUDA_H */
