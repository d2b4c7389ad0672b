/* Contexts: feed picture pairs, get scores. The main header of the libvmaf C API.
 *
 * The order of calls: vmaf_init(), vmaf_use_feature() and vmaf_use_features_from_model() as often as needed,
 * vmaf_read_pictures() for each frame and once more with NULL pictures, scores and reports, vmaf_close().
 * Functions return 0, or a negative errno value. Contexts are independent of each other. Within one context one thread at a
 * time may register, read and flush; scores may be queried from any thread meanwhile.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_H
#define LIBVMAF_H

#include <stdint.h>
#include <stdio.h>

#include "libvmaf/export.h"
#include "libvmaf/feature.h"
#include "libvmaf/model.h"
#include "libvmaf/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How much a context logs; each level includes those before it. */
enum VmafLogLevel {
    VMAF_LOG_LEVEL_NONE = 0,
    VMAF_LOG_LEVEL_ERROR,
    VMAF_LOG_LEVEL_WARNING,
    VMAF_LOG_LEVEL_INFO,
    VMAF_LOG_LEVEL_DEBUG
};

enum VmafOutputFormat {
    VMAF_OUTPUT_FORMAT_NONE = 0,
    VMAF_OUTPUT_FORMAT_XML,
    VMAF_OUTPUT_FORMAT_JSON,
    VMAF_OUTPUT_FORMAT_CSV,
    VMAF_OUTPUT_FORMAT_SUB
};

/** How the values of many frames become one. */
enum VmafPoolingMethod {
    VMAF_POOL_METHOD_UNKNOWN = 0,
    VMAF_POOL_METHOD_MIN,
    VMAF_POOL_METHOD_MAX,
    VMAF_POOL_METHOD_MEAN,
    VMAF_POOL_METHOD_HARMONIC_MEAN, /**< n / sum(1 / (value + 1)) - 1 */
    VMAF_POOL_METHOD_NB
};

typedef struct VmafConfiguration {
    enum VmafLogLevel log_level; /**< of this context, and until the next one of calls that belong to none */
    unsigned n_threads;          /**< worker threads; 0: all work is done in the calling thread */
    unsigned n_subsample;        /**< score every n-th frame; 0 and 1: every frame */
    uint64_t
        cpumask; /**< instruction sets not to use: 1 SSE2/NEON, 2 SSSE3, 4 SSE4.1, 8 AVX2, 16 AVX-512, 32 AVX-512 of
                                      Ice Lake. No score depends on it. */
    uint64_t gpumask; /**< not 0: no GPU */
} VmafConfiguration;

/** A scoring session. */
typedef struct VmafContext VmafContext;

/** Opens a context, to be freed with vmaf_close().
 *
 * @return 0; -EINVAL if `vmaf` is NULL or the log level is unknown; -ENOMEM; -EAGAIN if the threads can't be started.
 */
VMAF_API int vmaf_init(VmafContext **vmaf, VmafConfiguration cfg);

/** Registers the extractors that a model needs. What several models need is computed once.
 *
 * The model stays the caller's and is not referenced later. Its scores go to a column of its name; a second model of that name that
 * computes something else gets one with _2 behind it, a third _3. A failed call registers nothing.
 * @return 0; -EINVAL for a null pointer, a feature that no extractor delivers, or a name that is that of a feature; -ENOMEM.
 */
VMAF_API int vmaf_use_features_from_model(VmafContext *vmaf, VmafModel *model);

/** vmaf_use_features_from_model() for the members of a collection. */
VMAF_API int vmaf_use_features_from_model_collection(VmafContext *vmaf, VmafModelCollection *model_collection);

/** Registers an extractor by name, such as "psnr". A second registration that would give the same feature names is ignored.
 *
 * @param opts_dict  options, or NULL. Taken over (and freed) unless the return value is an error.
 * @return 0; -EINVAL for a null pointer, an unknown extractor, a bad option value, or a feature that has a model's name; -ENOMEM. An option that the extractor
 *         lacks is logged as a warning and ignored.
 */
VMAF_API int vmaf_use_feature(VmafContext *vmaf, const char *feature_name, VmafFeatureDictionary *opts_dict);

/** Enters a value that was computed elsewhere, under a full feature name.
 *
 * @return 0; -EINVAL for a null pointer, an index above INT_MAX, a model's name, or a value that is there already; -ENOMEM.
 */
VMAF_API int vmaf_import_feature_score(VmafContext *vmaf, const char *feature_name, double value, unsigned index);

/** Reads a pair of pictures, or ends the stream if both are NULL.
 *
 * The first pair fixes size, format and depth. `index` numbers the frame for all queries; any order of indexes from 0 to INT_MAX is
 * allowed, each once; features that compare frames take the pairs in reading order. Blocks while too many frames are in work.
 * On success the library takes over one reference of each picture and clears the caller's structs; on failure both stay the caller's.
 * After the end of the stream all scores are complete and no further picture is accepted.
 *
 * @return 0; -EINVAL if exactly one picture is NULL, if both are one picture, for a picture that is not as it was handed out, for
 *         pictures that do not match each other or the first ones, for an index read before, or after the end of the stream; the failure
 *         of this or an earlier frame's extraction, -EINVAL where a sample lies above its depth; -ENOMEM.
 */
VMAF_API int vmaf_read_pictures(VmafContext *vmaf, VmafPicture *ref, VmafPicture *dist, unsigned index);

/** Score of one frame, predicted from its features. Waits for the frame if it is in work.
 *
 * Models are told apart by what they compute, not by their names: each gets its own scores, also if it was not registered but its
 * features were.
 * A score can be had once the frames it depends on have been read: most need their own frame, those with motion the next one as well.
 * @return 0; -EAGAIN if the frame, or one it depends on, has not been read yet; -EINVAL for a null pointer or a score that will
 *         never be there.
 */
VMAF_API int vmaf_score_at_index(VmafContext *vmaf, VmafModel *model, double *score, unsigned index);

/** vmaf_score_at_index() for a collection. */
VMAF_API int vmaf_score_at_index_model_collection(VmafContext *vmaf, VmafModelCollection *model_collection,
                                                  VmafModelCollectionScore *score, unsigned index);

/** Value of one feature at one frame, by full feature name. Waits and fails as vmaf_score_at_index(). */
VMAF_API int vmaf_feature_score_at_index(VmafContext *vmaf, const char *feature_name, double *score, unsigned index);

/** Pooled score of the frames from `index_low` to `index_high`, both included; frames that subsampling skips do not count.
 *
 * @return as vmaf_score_at_index(); -EINVAL also for an empty range or an unknown method.
 */
VMAF_API int vmaf_score_pooled(VmafContext *vmaf, VmafModel *model, enum VmafPoolingMethod pool_method, double *score,
                               unsigned index_low, unsigned index_high);

/** vmaf_score_pooled() for a collection: each of its four figures is pooled on its own. */
VMAF_API int vmaf_score_pooled_model_collection(VmafContext *vmaf, VmafModelCollection *model_collection,
                                                enum VmafPoolingMethod pool_method, VmafModelCollectionScore *score,
                                                unsigned index_low, unsigned index_high);

/** vmaf_score_pooled() for one feature. */
VMAF_API int vmaf_feature_score_pooled(VmafContext *vmaf, const char *feature_name, enum VmafPoolingMethod pool_method,
                                       double *score, unsigned index_low, unsigned index_high);

typedef struct VmafPictureConfiguration {
    struct {
        unsigned w, h;
        unsigned bpc;
        enum VmafPixelFormat pix_fmt;
    } pic_params;
    unsigned pic_cnt; /**< pictures that the caller wants to hold, or have in work, at a time */
} VmafPictureConfiguration;

/** Sets up a pool of `pic_cnt` pictures that return to it with their last reference; a second call replaces the pool.
 *
 * @return 0; -EINVAL for a null pointer, a size, count, depth or format that is 0 or unknown; -ENOMEM.
 */
VMAF_API int vmaf_preallocate_pictures(VmafContext *vmaf, VmafPictureConfiguration cfg);

/** Takes a picture from the pool; its content is what was last in it. Waits for one to come back if all are in use. Thread-safe,
 *  but not to be called in a callback of the library: a frame that has to give a picture back may wait for that.
 *
 * @return 0; -EINVAL for a null pointer or without a pool; -EBUSY if all pictures stay in the caller's own hands for 10 seconds.
 */
VMAF_API int vmaf_fetch_preallocated_picture(VmafContext *vmaf, VmafPicture *pic);

/** Closes a context: waits for its threads and frees all it holds. Pictures still held by the caller stay valid.
 *
 * @return 0; -EINVAL if `vmaf` is NULL.
 */
VMAF_API int vmaf_close(VmafContext *vmaf);

/** Writes all values to a file. A failure leaves the file that was there before, or none: the text takes the file's name once it is
 *  complete. An empty file, a device and a FIFO are written where they are.
 *
 * @return 0; -EINVAL for a null pointer or an unknown format; -EIO, -ENOENT, -EACCES, ... if the file can't be written.
 */
VMAF_API int vmaf_write_output(VmafContext *vmaf, const char *output_path, enum VmafOutputFormat fmt);

/** Version of the library, for people. Static storage. */
VMAF_API const char *vmaf_version(void);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_H */
