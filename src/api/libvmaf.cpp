// libvmaf.h: contexts, pictures in, scores out.
#include "libvmaf/libvmaf.h"

#include <memory>

#include "api/guard.h"
#include "api/handles.h"
#include "base/enum_number.h"
#include "picture/lending.h"
#include "report/report_file.h"

namespace vmaf {

namespace {

double pick(const Pooled& pooled, const VmafPoolingMethod& method) {
    switch (enum_number(method)) {
        case VMAF_POOL_METHOD_MIN: return pooled.min;
        case VMAF_POOL_METHOD_MAX: return pooled.max;
        case VMAF_POOL_METHOD_MEAN: return pooled.mean;
        case VMAF_POOL_METHOD_HARMONIC_MEAN: return pooled.harmonic_mean;
        default: fail(EINVAL, "pooling method ", enum_number(method), " is unknown");
    }
}

void check_method(const VmafPoolingMethod& method) { pick({}, method); }

}  // namespace

}  // namespace vmaf

using namespace vmaf;

int vmaf_init(VmafContext** vmaf, VmafConfiguration cfg) {
    return guard([&] {
        check_arguments({{"vmaf", vmaf}});
        *vmaf = nullptr;
        follow_context_level(valid_level(cfg.log_level));
        *vmaf = new VmafContext{Session(cfg)};
    });
}

int vmaf_close(VmafContext* vmaf) {
    return guard([&] {
        check_arguments({{"vmaf", vmaf}});
        // What waits for threads that stayed with the parent of a fork can't end: it is left, and with it nothing but memory.
        if (!vmaf->session.left_behind()) delete vmaf;
    });
}

int vmaf_use_feature(VmafContext* vmaf, const char* feature_name, VmafFeatureDictionary* opts_dict) {
    return guard_context(vmaf, [&] {
        check_arguments({{"feature_name", feature_name}});
        vmaf->session.use_feature(feature_name, opts_dict ? opts_dict->entries : OptionStrings());
        delete opts_dict;
    });
}

int vmaf_use_features_from_model(VmafContext* vmaf, VmafModel* model) {
    return guard_context(vmaf, [&] {
        check_arguments({{"model", model}});
        vmaf->session.use_model(model->model);
    });
}

int vmaf_use_features_from_model_collection(VmafContext* vmaf, VmafModelCollection* model_collection) {
    return guard_context(vmaf, [&] {
        check_arguments({{"model_collection", model_collection}});
        vmaf->session.use_collection(model_collection->collection);
    });
}

int vmaf_import_feature_score(VmafContext* vmaf, const char* feature_name, double value, unsigned index) {
    return guard_context(vmaf, [&] {
        check_arguments({{"feature_name", feature_name}});
        vmaf->session.import_score(feature_name, index, value);
    });
}

int vmaf_read_pictures(VmafContext* vmaf, VmafPicture* ref, VmafPicture* dist, unsigned index) {
    return guard_context(vmaf, [&] {
        if (!ref && !dist) return vmaf->session.flush();
        check_arguments({{"ref", ref}, {"dist", dist}});
        vmaf->session.read(*ref, *dist, index);
    });
}

int vmaf_score_at_index(VmafContext* vmaf, VmafModel* model, double* score, unsigned index) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"model", model}, {"score", score}});
            *score = vmaf->session.score(model->model, index);
        },
        OnFailure::kScore);
}

int vmaf_score_at_index_model_collection(VmafContext* vmaf, VmafModelCollection* model_collection,
                                         VmafModelCollectionScore* score, unsigned index) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"model_collection", model_collection}, {"score", score}});
            const BootstrapScore s = vmaf->session.score(model_collection->collection, index);
            *score = {VMAF_MODEL_COLLECTION_SCORE_BOOTSTRAP, {s.bagging, s.stddev, {{s.ci95_low, s.ci95_high}}}};
        },
        OnFailure::kScore);
}

int vmaf_feature_score_at_index(VmafContext* vmaf, const char* feature_name, double* score, unsigned index) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"feature_name", feature_name}, {"score", score}});
            *score = vmaf->session.feature_score(feature_name, index);
        },
        OnFailure::kScore);
}

int vmaf_score_pooled(VmafContext* vmaf, VmafModel* model, enum VmafPoolingMethod pool_method, double* score,
                      unsigned index_low, unsigned index_high) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"model", model}, {"score", score}});
            check_method(pool_method);
            *score = pick(vmaf->session.pooled(model->model, {index_low, index_high}), pool_method);
        },
        OnFailure::kScore);
}

int vmaf_score_pooled_model_collection(VmafContext* vmaf, VmafModelCollection* model_collection,
                                       enum VmafPoolingMethod pool_method, VmafModelCollectionScore* score,
                                       unsigned index_low, unsigned index_high) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"model_collection", model_collection}, {"score", score}});
            check_method(pool_method);
            const PooledBootstrap p = vmaf->session.pooled(model_collection->collection, {index_low, index_high});
            *score = {VMAF_MODEL_COLLECTION_SCORE_BOOTSTRAP,
                      {pick(p.bagging, pool_method),
                       pick(p.stddev, pool_method),
                       {{pick(p.ci95_low, pool_method), pick(p.ci95_high, pool_method)}}}};
        },
        OnFailure::kScore);
}

int vmaf_feature_score_pooled(VmafContext* vmaf, const char* feature_name, enum VmafPoolingMethod pool_method,
                              double* score, unsigned index_low, unsigned index_high) {
    return guard_context(
        vmaf,
        [&] {
            check_arguments({{"feature_name", feature_name}, {"score", score}});
            check_method(pool_method);
            *score = pick(vmaf->session.pooled_feature(feature_name, {index_low, index_high}), pool_method);
        },
        OnFailure::kScore);
}

int vmaf_preallocate_pictures(VmafContext* vmaf, VmafPictureConfiguration cfg) {
    return guard_context(vmaf, [&] {
        const auto& p = cfg.pic_params;
        vmaf->session.preallocate_pictures({p.pix_fmt, p.bpc, p.w, p.h}, cfg.pic_cnt);
    });
}

int vmaf_fetch_preallocated_picture(VmafContext* vmaf, VmafPicture* pic) {
    return guard_context(vmaf, [&] {
        check_arguments({{"pic", pic}});
        *pic = lend(vmaf->session.fetch_picture());
    });
}

int vmaf_write_output(VmafContext* vmaf, const char* output_path, enum VmafOutputFormat fmt) {
    return guard_context(vmaf, [&] {
        check_arguments({{"output_path", output_path}});
        const VmafReportOptions options = {fmt, 0, 0};
        vmaf->session.with_report(options, [&](const Report& report) { write_report_file(output_path, report, fmt); });
    });
}

const char* vmaf_version(void) { return library_version(); }
