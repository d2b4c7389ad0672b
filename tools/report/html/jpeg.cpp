// JPEG by libjpeg's interface, as libjpeg-turbo has it.
#include "report/html/jpeg.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it
#include <cstdlib>

#include <jpeglib.h>

#include "base/error.h"

namespace vmaf::tool::html {

namespace {

constexpr int kQuality = 82;

/// The library's errors come back to where the encoding began: its own way is to end the process, and C code is not for exceptions to pass.
struct Errors {
    jpeg_error_mgr base;  ///< first: the library knows this part
    std::jmp_buf start;
    char text[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void go_back(j_common_ptr common) {
    auto* errors = reinterpret_cast<Errors*>(common->err);
    common->err->format_message(common, errors->text);
    std::longjmp(errors->start, 1);
}

struct Compressor {
    Errors errors = {};
    jpeg_compress_struct jpeg = {};
    unsigned char* bytes = nullptr;
    unsigned long size = 0;

    Compressor() {
        jpeg.err = jpeg_std_error(&errors.base);
        errors.base.error_exit = go_back;
    }
    ~Compressor() {
        jpeg_destroy_compress(&jpeg);
        std::free(bytes);
    }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;
};

/// False after an error. Owns nothing that would have to be destroyed.
bool compress(Compressor& compressor, const RgbImage& image) {
    if (setjmp(compressor.errors.start)) return false;
    jpeg_compress_struct& jpeg = compressor.jpeg;
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &compressor.bytes, &compressor.size);
    jpeg.image_width = image.w;
    jpeg.image_height = image.h;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, kQuality, TRUE);
    jpeg.optimize_coding = TRUE;
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < image.h) {
        JSAMPROW row = const_cast<uint8_t*>(image.samples.data() + size_t{jpeg.next_scanline} * image.w * 3);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    return true;
}

}  // namespace

std::vector<uint8_t> encode_jpeg(const RgbImage& image) {
    Compressor compressor;
    if (!compress(compressor, image)) fail(EIO, "can't encode a picture as JPEG: ", compressor.errors.text);
    return {compressor.bytes, compressor.bytes + compressor.size};
}

}  // namespace vmaf::tool::html
