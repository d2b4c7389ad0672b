/* Models: how feature values become a VMAF score. Part of the libvmaf C API.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_MODEL_H
#define LIBVMAF_MODEL_H

#include <stdint.h>

#include "export.h"
#include "feature.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A single model. */
typedef struct VmafModel VmafModel;

/** The resampled members of a bootstrap model. */
typedef struct VmafModelCollection VmafModelCollection;

/** Bits of VmafModelConfig.flags. */
enum VmafModelFlags {
    VMAF_MODEL_FLAGS_DEFAULT = 0,
    VMAF_MODEL_FLAG_DISABLE_CLIP = 1 << 0,     /**< leave the score unclipped */
    VMAF_MODEL_FLAG_ENABLE_TRANSFORM = 1 << 1, /**< apply the model's score transform even if it is off by default */
    VMAF_MODEL_FLAG_DISABLE_TRANSFORM = 1 << 2 /**< do not apply the score transform */
};

typedef struct VmafModelConfig {
    const char *name; /**< name of the score column; NULL: "vmaf". Copied. */
    uint64_t flags;   /**< VmafModelFlags */
} VmafModelConfig;

enum VmafModelCollectionScoreType {
    VMAF_MODEL_COLLECTION_SCORE_UNKNOWN = 0,
    VMAF_MODEL_COLLECTION_SCORE_BOOTSTRAP = 1
};

/** Score of a collection: the spread over its members says how sure the reference model can be. */
typedef struct VmafModelCollectionScore {
    enum VmafModelCollectionScoreType type;
    struct {
        double bagging_score; /**< mean of the members */
        double stddev;        /**< their standard deviation */
        struct {
            struct {
                double lo, hi; /**< 95% interval */
            } p95;
        } ci;
    } bootstrap;
} VmafModelCollectionScore;

/** Loads a built-in model, such as "vmaf_v0.6.1".
 *
 * @param model   receives the model, to be freed with vmaf_model_destroy(); set to NULL on failure.
 * @return 0; -EINVAL for a null pointer or an unknown version; -ENOMEM. Thread-safe.
 */
VMAF_API int vmaf_model_load(VmafModel **model, VmafModelConfig *cfg, const char *version);

/** Loads a model from a JSON file. As vmaf_model_load(); -ENOENT and other errno values if the file can't be read. */
VMAF_API int vmaf_model_load_from_path(VmafModel **model, VmafModelConfig *cfg, const char *path);

/** Merges extractor options into every feature of the model that extractor `feature_name` computes.
 *
 * Must precede vmaf_use_features_from_model(). A name that matches no feature changes nothing and is no error,
 * but one warning in the log of calls without a context.
 * Takes `opts_dict` over, and frees it, unless -EINVAL is returned for a null argument.
 */
VMAF_API int vmaf_model_feature_overload(VmafModel *model, const char *feature_name, VmafFeatureDictionary *opts_dict);

/** Frees a model; NULL is allowed. May precede or follow vmaf_close() of the contexts that used it. */
VMAF_API void vmaf_model_destroy(VmafModel *model);

/** Loads a built-in bootstrap model: its reference member into `*model`, the resampled ones into `*model_collection`.
 *
 * Both are to be freed, each with its own function; both are set to NULL on failure.
 * @return 0; -EINVAL for a null pointer, an unknown version, or a model that is not a collection; -ENOMEM. Thread-safe.
 */
VMAF_API int vmaf_model_collection_load(VmafModel **model, VmafModelCollection **model_collection, VmafModelConfig *cfg,
                                        const char *version);

/** Loads a bootstrap model from a JSON file. As vmaf_model_collection_load(). */
VMAF_API int vmaf_model_collection_load_from_path(VmafModel **model, VmafModelCollection **model_collection,
                                                  VmafModelConfig *cfg, const char *path);

/** vmaf_model_feature_overload() for the reference model and every member. */
VMAF_API int vmaf_model_collection_feature_overload(VmafModel *model, VmafModelCollection **model_collection,
                                                    const char *feature_name, VmafFeatureDictionary *opts_dict);

/** Frees a collection; NULL is allowed. */
VMAF_API void vmaf_model_collection_destroy(VmafModelCollection *model_collection);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_MODEL_H */
