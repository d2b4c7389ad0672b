/* Option dictionaries for feature extractors. Part of the libvmaf C API.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_FEATURE_H
#define LIBVMAF_FEATURE_H

#include "export.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Option names and values, as text. */
typedef struct VmafFeatureDictionary VmafFeatureDictionary;

/** Sets `key` to `val`, replacing an earlier value; `*dict` is created if it is NULL.
 *
 * Numbers are kept with the six significant digits of a float, since they become part of feature names.
 * Both strings are copied. The caller owns the dictionary until a call that takes it over.
 *
 * @return 0; -EINVAL if an argument is NULL; -ENOMEM. Not thread-safe for one dictionary.
 */
VMAF_API int vmaf_feature_dictionary_set(VmafFeatureDictionary **dict, const char *key, const char *val);

/** Frees `*dict` and sets it to NULL; `*dict` may be NULL already.
 *
 * @return 0; -EINVAL if `dict` is NULL.
 */
VMAF_API int vmaf_feature_dictionary_free(VmafFeatureDictionary **dict);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_FEATURE_H */
