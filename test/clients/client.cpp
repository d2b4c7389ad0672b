// usage: client MODEL FEATURE|- THREADS BITS: like client.c, with what C++ clients do: several sessions that live at once, exceptions of their own.
#include <libvmaf/libvmaf.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr unsigned kFrames = 3, kWidth = 176, kHeight = 144;

void check(int error, const char* call) {
    if (error) throw std::runtime_error(std::string(call) + " returned " + std::to_string(error));
}

struct Session {
    Session(const char* name, const std::string& feature, unsigned threads) {
        check(vmaf_init(&vmaf, {VMAF_LOG_LEVEL_NONE, threads, 0, 0, 0}), "vmaf_init");
        VmafModelConfig config{nullptr, VMAF_MODEL_FLAG_DISABLE_CLIP};
        check(vmaf_model_load(&model, &config, name), "vmaf_model_load");
        check(vmaf_use_features_from_model(vmaf, model), "vmaf_use_features_from_model");
        if (feature != "-") check(vmaf_use_feature(vmaf, feature.c_str(), nullptr), "vmaf_use_feature");
    }
    ~Session() {
        vmaf_model_destroy(model);
        if (vmaf) vmaf_close(vmaf);
    }
    Session(const Session&) = delete;

    VmafContext* vmaf = nullptr;
    VmafModel* model = nullptr;
};

VmafPicture picture(unsigned bits, unsigned frame, unsigned step) {
    VmafPicture pic;
    check(vmaf_picture_alloc(&pic, VMAF_PIX_FMT_YUV420P, bits, kWidth, kHeight), "vmaf_picture_alloc");
    for (unsigned p = 0; p < 3; ++p)
        for (unsigned y = 0; y < pic.h[p]; ++y)
            for (unsigned x = 0; x < pic.w[p]; ++x) {
                const unsigned value = ((x * 3 + y * y / 5 + frame * 9 + p * 40) & 0xff) / step * step << (bits - 8);
                auto* row = static_cast<uint8_t*>(pic.data[p]) + y * pic.stride[p];
                if (bits > 8)
                    reinterpret_cast<uint16_t*>(row)[x] = static_cast<uint16_t>(value);
                else
                    row[x] = static_cast<uint8_t>(value);
            }
    return pic;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 5) return 2;
    const unsigned bits = std::atoi(argv[4]);
    std::vector<std::unique_ptr<Session>> sessions;
    for (int i = 0; i < 2; ++i) sessions.push_back(std::make_unique<Session>(argv[1], argv[2], std::atoi(argv[3])));
    for (unsigned frame = 0; frame < kFrames; ++frame)
        for (unsigned i = 0; i < sessions.size(); ++i) {
            VmafPicture ref = picture(bits, frame, 1), dis = picture(bits, frame, 47 + 26 * i);
            check(vmaf_read_pictures(sessions[i]->vmaf, &ref, &dis, frame), "vmaf_read_pictures");
        }
    for (auto& session : sessions) {
        check(vmaf_read_pictures(session->vmaf, nullptr, nullptr, 0), "vmaf_read_pictures(NULL)");
        for (unsigned frame = 0; frame < kFrames; ++frame) {
            double value;
            check(vmaf_score_at_index(session->vmaf, session->model, &value, frame), "vmaf_score_at_index");
            std::printf("%u %.9g\n", frame, value);
        }
    }
    return 0;
} catch (const std::exception& error) {
    std::puts(error.what());
    return 1;
}
