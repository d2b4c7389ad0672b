// feature.h: option dictionaries.
#include "libvmaf/feature.h"

#include <memory>

#include "api/guard.h"
#include "api/handles.h"

using namespace vmaf;

int vmaf_feature_dictionary_set(VmafFeatureDictionary** dict, const char* key, const char* val) {
    return guard([&] {
        check_arguments({{"dict", dict}, {"key", key}, {"val", val}});
        std::unique_ptr<VmafFeatureDictionary> created;
        if (!*dict) created = std::make_unique<VmafFeatureDictionary>();
        VmafFeatureDictionary& target = *dict ? **dict : *created;
        target.entries.insert_or_assign(key, normalise_number(val));
        if (created) *dict = created.release();
    });
}

int vmaf_feature_dictionary_free(VmafFeatureDictionary** dict) {
    return guard([&] {
        check_arguments({{"dict", dict}});
        delete *dict;
        *dict = nullptr;
    });
}
