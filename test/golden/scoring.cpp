// Registers, reads, flushes and queries through the C API.
#include "scoring.h"

#include <libvmaf/libvmaf.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace vmaf::testdata {
namespace {

void require(int error, const std::string& call) {
    if (error) throw std::runtime_error(call + " returned " + std::to_string(error));
}

std::string exact(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts{""};
    for (char c : text) {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

using Context = std::unique_ptr<VmafContext, decltype(&vmaf_close)>;
using Model = std::unique_ptr<VmafModel, decltype(&vmaf_model_destroy)>;
using Collection = std::unique_ptr<VmafModelCollection, decltype(&vmaf_model_collection_destroy)>;

struct NamedModel {
    std::string name;
    Model model;
};
struct NamedCollection {
    std::string name;
    Model reference;
    Collection members;
};

/// One scoring session: everything that a Job registers, alive until the scores have been read.
class Run {
 public:
    Run(const Job& job, Outcome& out) : out_(out), context_(open(job), vmaf_close) {
        for (const std::string& version : job.models) use_model(version);
        for (const std::string& version : job.collections) use_collection(version);
        for (const std::string& extractor : job.extractors) use_extractor(extractor);
    }

    void read(const Source& next) {
        for (VmafPicture ref, dis; next(ref, dis); ++frames_)
            require(vmaf_read_pictures(context_.get(), &ref, &dis, frames_), "vmaf_read_pictures");
        require(vmaf_read_pictures(context_.get(), nullptr, nullptr, 0), "the final vmaf_read_pictures");
    }

    void print(const std::vector<std::string>& names) {
        for (const std::string& name : names)
            per_frame(name, [&](unsigned frame, double& value) {
                return vmaf_feature_score_at_index(context_.get(), name.c_str(), &value, frame) ? "none" : "";
            });
        for (const NamedModel& m : models_) print_model(m.name, m.model.get());
        for (const NamedCollection& c : collections_) {
            print_model(c.name, c.reference.get());
            print_collection(c);
        }
    }

 private:
    static VmafContext* open(const Job& job) {
        const VmafConfiguration config{VMAF_LOG_LEVEL_NONE, job.threads, job.subsample, job.cpumask, 1};
        VmafContext* context = nullptr;
        require(vmaf_init(&context, config), "vmaf_init");
        return context;
    }

    void use_model(const std::string& version) {
        VmafModelConfig config{version.c_str(), VMAF_MODEL_FLAGS_DEFAULT};
        VmafModel* model = nullptr;
        const int error = vmaf_model_load(&model, &config, version.c_str());
        NamedModel named{version, Model(error ? nullptr : model, vmaf_model_destroy)};
        if (error || vmaf_use_features_from_model(context_.get(), model))
            out_.missing.insert(version);
        else
            models_.push_back(std::move(named));
    }

    void use_collection(const std::string& version) {
        VmafModelConfig config{version.c_str(), VMAF_MODEL_FLAGS_DEFAULT};
        VmafModel* model = nullptr;
        VmafModelCollection* members = nullptr;
        const int error = vmaf_model_collection_load(&model, &members, &config, version.c_str());
        NamedCollection named{version, Model(error ? nullptr : model, vmaf_model_destroy),
                              Collection(error ? nullptr : members, vmaf_model_collection_destroy)};
        if (error || vmaf_use_features_from_model(context_.get(), model) ||
            vmaf_use_features_from_model_collection(context_.get(), members))
            out_.missing.insert(version);
        else
            collections_.push_back(std::move(named));
    }

    void use_extractor(const std::string& text) {
        const std::vector<std::string> parts = split(text, '=');
        VmafFeatureDictionary* options = nullptr;
        if (parts.size() > 1) {
            const std::vector<std::string> words = split(parts[1], ':');
            for (size_t i = 0; i + 1 < words.size(); i += 2)
                require(vmaf_feature_dictionary_set(&options, words[i].c_str(), words[i + 1].c_str()), words[i]);
        }
        if (vmaf_use_feature(context_.get(), parts[0].c_str(), options)) {
            vmaf_feature_dictionary_free(&options);  // an unknown extractor does not take it over
            out_.missing.insert(parts[0]);
        }
    }

    template <class Query>
    void per_frame(const std::string& name, Query query) {
        for (unsigned frame = 0; frame < frames_; ++frame) {
            double value = 0;
            const std::string problem = query(frame, value);
            out_.lines.push_back({std::to_string(frame) + ' ' + name, problem.empty() ? exact(value) : problem});
        }
    }

    template <class Query>
    void pooled(const std::string& name, Query query) {
        constexpr const char* kMethods[] = {"", "min", "max", "mean", "harmonic"};
        for (int method = VMAF_POOL_METHOD_MIN; method <= VMAF_POOL_METHOD_HARMONIC_MEAN; ++method) {
            double value = 0;
            const int error = query(static_cast<VmafPoolingMethod>(method), value);
            out_.lines.push_back({"pooled " + name + ' ' + kMethods[method], error ? failure(error) : exact(value)});
        }
    }

    static std::string failure(int error) { return error ? "error " + std::to_string(error) : ""; }

    void print_model(const std::string& name, VmafModel* model) {
        per_frame(name, [&](unsigned frame, double& value) {
            return failure(vmaf_score_at_index(context_.get(), model, &value, frame));
        });
        pooled(name, [&](VmafPoolingMethod method, double& value) {
            return vmaf_score_pooled(context_.get(), model, method, &value, 0, frames_ - 1);
        });
    }

    /// Pooled figures only where the library can pool after per-frame queries; not all can.
    void print_collection(const NamedCollection& c) {
        for (unsigned frame = 0; frame < frames_; ++frame) {
            VmafModelCollectionScore score{};
            const int error = vmaf_score_at_index_model_collection(context_.get(), c.members.get(), &score, frame);
            const auto& b = score.bootstrap;
            for (const auto& [suffix, value] : {std::pair{"_bagging", b.bagging_score},
                                                {"_stddev", b.stddev},
                                                {"_ci_p95_lo", b.ci.p95.lo},
                                                {"_ci_p95_hi", b.ci.p95.hi}})
                out_.lines.push_back(
                    {std::to_string(frame) + ' ' + c.name + suffix, error ? failure(error) : exact(value)});
        }
    }

    Outcome& out_;
    Context context_;
    std::vector<NamedModel> models_;
    std::vector<NamedCollection> collections_;
    unsigned frames_ = 0;
};

bool read_picture(std::istream& file, VmafPicture& picture) {
    const size_t sample_bytes = picture.bpc > 8 ? 2 : 1;
    for (int p = 0; p < 3; ++p)
        for (unsigned y = 0; y < picture.h[p]; ++y) {
            char* row = static_cast<char*>(picture.data[p]) + static_cast<ptrdiff_t>(y) * picture.stride[p];
            if (!file.read(row, static_cast<std::streamsize>(picture.w[p] * sample_bytes))) return false;
        }
    return true;
}

}  // namespace

Source clip_source(const Clip& clip) {
    return [&clip, frame = 0u](VmafPicture& ref, VmafPicture& dis) mutable {
        if (frame == clip.frames) return false;
        for (VmafPicture* picture : {&ref, &dis}) {
            require(vmaf_picture_alloc(picture, clip.pix_fmt, clip.bpc, clip.w, clip.h), "vmaf_picture_alloc");
            for (unsigned p = 0; p < clip.planes(); ++p)
                store(picture == &ref ? clip.reference(p, frame) : clip.distorted(p, frame), clip.bpc, picture->data[p],
                      picture->stride[p], picture->w[p], picture->h[p]);
        }
        ++frame;
        return true;
    };
}

Source file_source(const std::string& ref, const std::string& dis, unsigned w, unsigned h, VmafPixelFormat format,
                   unsigned bpc) {
    auto files = std::make_shared<std::array<std::ifstream, 2>>();
    (*files)[0].open(ref, std::ios::binary);
    (*files)[1].open(dis, std::ios::binary);
    if (!(*files)[0] || !(*files)[1]) throw std::runtime_error("can't open " + ref + " and " + dis);
    return [=](VmafPicture& a, VmafPicture& b) {
        require(vmaf_picture_alloc(&a, format, bpc, w, h), "vmaf_picture_alloc");
        require(vmaf_picture_alloc(&b, format, bpc, w, h), "vmaf_picture_alloc");
        if (read_picture((*files)[0], a) && read_picture((*files)[1], b)) return true;
        vmaf_picture_unref(&a);
        vmaf_picture_unref(&b);
        return false;
    };
}

Outcome score(const Job& job, const Source& next) {
    Outcome out;
    Run run(job, out);
    run.read(next);
    run.print(job.names);
    return out;
}

}  // namespace vmaf::testdata
