// Writes generated clips as raw planar video: what the quickstart and the tests of the command score.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "clip.h"

namespace {

using namespace vmaf::testdata;

constexpr const char* kUsage =
    "usage: make_clips --list\n"
    "       make_clips FOLDER NAME...   writes NAME_ref.yuv and NAME_dis.yuv for each clip; 'all' names every clip\n";

const char* format_name(VmafPixelFormat format) {
    switch (format) {
        case VMAF_PIX_FMT_YUV420P: return "420";
        case VMAF_PIX_FMT_YUV422P: return "422";
        case VMAF_PIX_FMT_YUV444P: return "444";
        default: return "400";
    }
}

void list() {
    for (const Clip& clip : clips())
        std::cout << clip.name << ' ' << clip.w << ' ' << clip.h << ' ' << format_name(clip.pix_fmt) << ' ' << clip.bpc
                  << ' ' << clip.frames << '\n';
}

bool write(const Clip& clip, const std::string& path, Image (Clip::*plane)(unsigned, unsigned) const) {
    std::ofstream file(path, std::ios::binary);
    for (unsigned frame = 0; frame < clip.frames; ++frame)
        for (unsigned p = 0; p < clip.planes(); ++p) {
            const Image image = (clip.*plane)(p, frame);
            const size_t row_bytes = image.w * (clip.bpc > 8 ? 2 : 1);
            std::vector<char> bytes(row_bytes * image.h);
            store(image, clip.bpc, bytes.data(), static_cast<ptrdiff_t>(row_bytes), image.w, image.h);
            file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        }
    file.close();
    if (!file) std::cerr << "make_clips: can't write " << path << '\n';
    return static_cast<bool>(file);
}

bool make(const Clip& clip, const std::string& folder) {
    const std::string stem = folder + '/' + std::string(clip.name);
    return write(clip, stem + "_ref.yuv", &Clip::reference) && write(clip, stem + "_dis.yuv", &Clip::distorted);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() == 1 && args[0] == "--list") {
        list();
        return EXIT_SUCCESS;
    }
    if (args.size() < 2) {
        std::cerr << kUsage;
        return EXIT_FAILURE;
    }
    for (size_t i = 1; i < args.size(); ++i) {
        if (args[i] == "all") {
            for (const Clip& clip : clips())
                if (!make(clip, args[0])) return EXIT_FAILURE;
        } else if (const Clip* clip = find_clip(args[i])) {
            if (!make(*clip, args[0])) return EXIT_FAILURE;
        } else {
            std::cerr << "make_clips: no clip is called '" << args[i] << "'; make_clips --list names them\n";
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
