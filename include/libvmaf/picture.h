/* Pictures: planar frames that clients fill and hand to the library. Part of the libvmaf C API.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_PICTURE_H
#define LIBVMAF_PICTURE_H

#include <stddef.h>

#include "export.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Chroma layout of a planar YUV picture. */
enum VmafPixelFormat {
    VMAF_PIX_FMT_UNKNOWN = 0,
    VMAF_PIX_FMT_YUV420P = 1, /**< chroma halved in both directions */
    VMAF_PIX_FMT_YUV422P = 2, /**< chroma halved horizontally */
    VMAF_PIX_FMT_YUV444P = 3, /**< full-size chroma */
    VMAF_PIX_FMT_YUV400P = 4  /**< luma only */
};

/** Reference count behind a picture's memory; the library's own. */
typedef struct VmafRef VmafRef;

/** A planar picture. Clients write samples, and change no field: the library reads only what it allocated, and refuses a picture whose
 * fields differ from those that it handed out. Structs may be copied; they then stand for one reference.
 *
 * Samples of more than 8 bits are 16-bit words in the machine's byte order, with the value in the low bits.
 * Chroma sizes are half the luma size rounded down where the format subsamples.
 */
typedef struct VmafPicture {
    enum VmafPixelFormat pix_fmt;
    unsigned bpc;        /**< bits per component, 8 to 16 */
    unsigned w[3];       /**< width of each plane, in samples */
    unsigned h[3];       /**< height of each plane, in rows */
    ptrdiff_t stride[3]; /**< distance between the rows of a plane, in bytes */
    void *data[3];       /**< first sample of each plane; NULL for planes that the format lacks */
    VmafRef *ref;        /**< private; NULL: no picture */
    void *priv;          /**< private */
} VmafPicture;

/** Allocates a zero-filled picture in host memory.
 *
 * The caller owns one reference: it ends in vmaf_picture_unref(), or passes to the library with a successful
 * vmaf_read_pictures(). Row starts are 32-byte aligned.
 *
 * @return 0; -EINVAL for a null pointer, an unknown format or a depth outside 8 to 16; -ENOMEM. `pic` is then untouched.
 *         Thread-safe.
 */
VMAF_API int vmaf_picture_alloc(VmafPicture *pic, enum VmafPixelFormat pix_fmt, unsigned bpc, unsigned w, unsigned h);

/** Gives one reference up and clears `pic`. The memory is freed, or goes back to its pool, with the last reference.
 *
 * @return 0; -EINVAL if `pic` is NULL or holds no reference, which a copy does not either once the reference was given up (so a second
 *         call is a harmless error). Thread-safe for distinct VmafPicture structs, from any thread.
 */
VMAF_API int vmaf_picture_unref(VmafPicture *pic);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_PICTURE_H */
