// JPEG by libjpeg's interface, as libjpeg-turbo has it.
#include "report/html/jpeg.h"

#include <cstdio>  // jpeglib.h needs it

#include <jpeglib.h>

#include "base/error.h"

namespace vmaf::tool::html {

namespace {

constexpr int kQuality = 82;

/// libjpeg would end the process.
[[noreturn]] void throw_error(j_common_ptr common) {
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    fail(EIO, "can't encode a picture as JPEG: ", text);
}

struct Compressor {
    jpeg_error_mgr errors;
    jpeg_compress_struct jpeg;
    unsigned char* bytes = nullptr;
    unsigned long size = 0;

    Compressor() {
        jpeg.err = jpeg_std_error(&errors);
        errors.error_exit = throw_error;
        jpeg_create_compress(&jpeg);
        jpeg_mem_dest(&jpeg, &bytes, &size);
    }
    ~Compressor() {
        jpeg_destroy_compress(&jpeg);
        std::free(bytes);
    }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;
};

}  // namespace

std::vector<uint8_t> encode_jpeg(const RgbImage& image) {
    Compressor compressor;
    jpeg_compress_struct& jpeg = compressor.jpeg;
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
    return {compressor.bytes, compressor.bytes + compressor.size};
}

}  // namespace vmaf::tool::html
