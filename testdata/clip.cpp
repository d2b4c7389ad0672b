// The table of clips and how their frames come about.
#include "clip.h"

namespace vmaf::testdata {
namespace {

constexpr auto k420 = VMAF_PIX_FMT_YUV420P, k422 = VMAF_PIX_FMT_YUV422P, k444 = VMAF_PIX_FMT_YUV444P,
               k400 = VMAF_PIX_FMT_YUV400P;
constexpr Damage kCodec{.quantiser = 900}, kCoarse{.blur = 1, .quantiser = 2600, .noise = 900};
constexpr Damage kFine{.quantiser = 250, .noise = 300}, kBlur{.blur = 3}, kBands{.banding = 11},
    kInvert{.invert = true};
constexpr Damage kGrain{.noise = 5000}, kNone{};

constexpr Clip kClips[] = {
    {"sample", 576, 324, k420, 10, 24, Scene::kTexture, {.quantiser = 600, .noise = 400}, 7},
    // Depths and formats.
    {"texture8", 176, 144, k420, 8, 6, Scene::kTexture, kCodec, 11},
    {"texture10", 176, 144, k420, 10, 4, Scene::kTexture, kCoarse, 12},
    {"texture12_422", 160, 96, k422, 12, 3, Scene::kTexture, kFine, 13},
    {"texture16_444", 128, 96, k444, 16, 3, Scene::kTexture, kCodec, 14},
    {"texture8_444", 112, 80, k444, 8, 3, Scene::kTexture, kBlur, 15},
    {"texture8_422", 120, 72, k422, 8, 3, Scene::kTexture, kGrain, 16},
    {"grey8", 144, 120, k400, 8, 4, Scene::kTexture, kCodec, 17},
    {"grey10", 100, 76, k400, 10, 3, Scene::kTexture, kCoarse, 18},
    {"texture9", 96, 64, k420, 9, 3, Scene::kTexture, kCodec, 19},
    {"texture14", 96, 64, k420, 14, 3, Scene::kTexture, kCodec, 20},
    // Sizes.
    {"wide8", 256, 224, k420, 8, 4, Scene::kTexture, kCodec, 21},
    {"tall8", 144, 256, k420, 8, 3, Scene::kTexture, kCoarse, 22},
    {"large10", 640, 360, k420, 10, 2, Scene::kTexture, kCodec, 23},
    {"chroma8_444", 405, 322, k444, 8, 3, Scene::kTexture, kCodec, 46},
    {"chroma12_422", 811, 322, k422, 12, 2, Scene::kTexture, kCoarse, 47},
    {"vga8", 640, 480, k420, 8, 4, Scene::kTexture, kCodec, 50},
    {"vga10", 640, 480, k420, 10, 4, Scene::kTexture, kCoarse, 51},
    {"wvga8", 832, 480, k420, 8, 4, Scene::kTexture, kFine, 52},
    {"wvga10", 832, 480, k420, 10, 4, Scene::kTexture, kCodec, 53},
    {"hd8", 1280, 720, k420, 8, 4, Scene::kTexture, kCodec, 54},
    {"hd10", 1280, 720, k420, 10, 4, Scene::kTexture, kGrain, 55},
    {"fullhd8", 1920, 1080, k420, 8, 3, Scene::kTexture, kCoarse, 56},
    {"fullhd10", 1920, 1080, k420, 10, 3, Scene::kTexture, kCodec, 57},
    {"uhd8", 3840, 2160, k420, 8, 3, Scene::kTexture, kCodec, 58},
    {"uhd10", 3840, 2160, k420, 10, 3, Scene::kTexture, kFine, 59},
    {"dci8", 4096, 2160, k420, 8, 3, Scene::kTexture, kCodec, 60},
    {"odd8", 97, 61, k420, 8, 4, Scene::kTexture, kCodec, 24},
    {"odd10_422", 131, 67, k422, 10, 3, Scene::kTexture, kFine, 25},
    {"odd16_444", 75, 133, k444, 16, 3, Scene::kTexture, kCoarse, 26},
    {"small8", 33, 35, k420, 8, 4, Scene::kTexture, kCodec, 27},
    {"small10", 40, 33, k420, 10, 3, Scene::kTexture, kBlur, 28},
    {"tiny8", 33, 17, k420, 8, 4, Scene::kTexture, kCodec, 29},
    {"narrow8", 17, 35, k420, 8, 4, Scene::kTexture, kCodec, 45},
    {"tiny12", 18, 16, k422, 12, 4, Scene::kTexture, kCodec, 30},
    // Three full planes, for metrics on R, G and B.
    {"rgb_least8", 8, 8, k444, 8, 6, Scene::kTexture, kCodec, 80},
    {"rgb_narrow8", 9, 33, k444, 8, 4, Scene::kTexture, kCoarse, 81},
    {"rgb_halved8", 16, 15, k444, 8, 4, Scene::kTexture, kFine, 82},
    {"rgb_noise8", 64, 48, k444, 8, 4, Scene::kNoise, kCoarse, 83},
    {"rgb_flat8", 40, 36, k444, 8, 4, Scene::kFlat, {.noise = 700}, 84},
    {"rgb_ramp8", 97, 61, k444, 8, 4, Scene::kRamp, kCodec, 85},
    {"rgb_ramp10", 64, 50, k444, 10, 4, Scene::kRamp, kBands, 86},
    {"rgb_dark12", 96, 80, k444, 12, 4, Scene::kDark, kBands, 87},
    {"rgb_cuts8", 75, 64, k444, 8, 6, Scene::kCuts, kBlur, 88},
    {"rgb_extremes8", 33, 40, k444, 8, 4, Scene::kExtremes, kInvert, 89},
    // Contents.
    {"noise8", 128, 96, k420, 8, 4, Scene::kNoise, kCoarse, 31},
    {"noise10", 99, 70, k420, 10, 3, Scene::kNoise, kBlur, 32},
    {"noise16_444", 64, 48, k444, 16, 3, Scene::kNoise, kInvert, 33},
    {"flat8", 96, 64, k420, 8, 5, Scene::kFlat, {.noise = 700}, 34},
    {"dark10", 256, 216, k420, 10, 3, Scene::kDark, kBands, 35},
    {"sky8", 480, 270, k420, 8, 3, Scene::kSky, {.quantiser = 40}, 46},
    {"sky10", 320, 270, k420, 10, 3, Scene::kSky, {.banding = 7}, 47},
    {"sky16_444", 280, 250, k444, 16, 2, Scene::kSky, {.noise = 40}, 48},
    {"tall_sky8", 1088, 1920, k400, 8, 1, Scene::kSky, {.quantiser = 40}, 49},
    {"ramp8", 128, 72, k420, 8, 4, Scene::kRamp, kCodec, 36},
    {"ramp12", 96, 80, k420, 12, 3, Scene::kRamp, kBands, 37},
    {"cuts8", 112, 64, k420, 8, 12, Scene::kCuts, kCodec, 38},
    {"extremes8", 64, 64, k420, 8, 8, Scene::kExtremes, kInvert, 39},
    {"extremes10", 80, 48, k420, 10, 8, Scene::kExtremes, kInvert, 40},
    {"extremes16", 48, 80, k420, 16, 8, Scene::kExtremes, kInvert, 41},
    {"same8", 96, 64, k420, 8, 4, Scene::kTexture, kNone, 42},
    // Lengths at which the temporal features have too few neighbours.
    {"one8", 96, 64, k420, 8, 1, Scene::kTexture, kCodec, 43},
    {"two8", 96, 64, k420, 8, 2, Scene::kTexture, kCodec, 44},
};

bool halved_x(VmafPixelFormat f) { return f == k420 || f == k422; }
unsigned halved(unsigned n, bool yes) { return yes ? (n + 1) / 2 : n; }

}  // namespace

unsigned Clip::plane_w(unsigned p) const { return halved(w, p > 0 && halved_x(pix_fmt)); }
unsigned Clip::plane_h(unsigned p) const { return halved(h, p > 0 && pix_fmt == k420); }

size_t Clip::frame_bytes() const {
    size_t samples = 0;
    for (unsigned p = 0; p < planes(); ++p) samples += size_t{plane_w(p)} * plane_h(p);
    return samples * (bpc > 8 ? 2 : 1);
}

Image Clip::reference(unsigned p, unsigned frame) const {
    return render(scene, seed, p, plane_w(p), plane_h(p), frame);
}

Image Clip::distorted(unsigned p, unsigned frame) const {
    return damaged(reference(p, frame), damage, hash(seed, p, frame));
}

std::span<const Clip> clips() { return kClips; }

const Clip* find_clip(std::string_view name) {
    for (const Clip& clip : kClips)
        if (clip.name == name) return &clip;
    return nullptr;
}

void store(const Image& image, unsigned bpc, void* data, ptrdiff_t stride, unsigned w, unsigned h) {
    for (unsigned y = 0; y < h; ++y) {
        auto* row = static_cast<unsigned char*>(data) + y * stride;
        for (unsigned x = 0; x < w; ++x) {
            const auto value = static_cast<uint16_t>(image.at(x, y) >> (16 - bpc));
            if (bpc > 8)
                reinterpret_cast<uint16_t*>(row)[x] = value;
            else
                row[x] = static_cast<unsigned char>(value);
        }
    }
}

}  // namespace vmaf::testdata
