// usage: client MODEL FEATURE|- THREADS BITS: like client.c, with declarations written down by hand, as bindings have them.
use std::ffi::{c_char, c_int, c_uint, c_void, CString};
use std::ptr::{null, null_mut};

#[repr(C)]
struct Configuration {
    log_level: c_int,
    n_threads: c_uint,
    n_subsample: c_uint,
    cpumask: u64,
    gpumask: u64,
}

#[repr(C)]
struct ModelConfig {
    name: *const c_char,
    flags: u64,
}

#[repr(C)]
struct Picture {
    pix_fmt: c_int,
    bpc: c_uint,
    w: [c_uint; 3],
    h: [c_uint; 3],
    stride: [isize; 3],
    data: [*mut u8; 3],
    reference: *mut c_void,
    private: *mut c_void,
}

extern "C" {
    fn vmaf_init(vmaf: *mut *mut c_void, config: Configuration) -> c_int;
    fn vmaf_close(vmaf: *mut c_void) -> c_int;
    fn vmaf_model_load(model: *mut *mut c_void, config: *mut ModelConfig, version: *const c_char) -> c_int;
    fn vmaf_model_destroy(model: *mut c_void);
    fn vmaf_use_features_from_model(vmaf: *mut c_void, model: *mut c_void) -> c_int;
    fn vmaf_use_feature(vmaf: *mut c_void, feature: *const c_char, options: *mut c_void) -> c_int;
    fn vmaf_picture_alloc(picture: *mut Picture, pix_fmt: c_int, bpc: c_uint, w: c_uint, h: c_uint) -> c_int;
    fn vmaf_read_pictures(vmaf: *mut c_void, reference: *mut Picture, distorted: *mut Picture, index: c_uint) -> c_int;
    fn vmaf_score_at_index(vmaf: *mut c_void, model: *mut c_void, score: *mut f64, index: c_uint) -> c_int;
}

const FRAMES: u32 = 3;
const DISABLE_CLIP: u64 = 1 << 0;

fn check(error: c_int, call: &str) {
    if error != 0 {
        println!("{call} returned {error}");
        std::process::exit(1);
    }
}

unsafe fn picture(bits: u32, frame: u32, step: u32) -> Picture {
    let mut pic: Picture = std::mem::zeroed();
    check(vmaf_picture_alloc(&mut pic, 1, bits, 176, 144), "vmaf_picture_alloc");
    for p in 0..3 {
        for y in 0..pic.h[p] {
            let row = pic.data[p].offset(y as isize * pic.stride[p]);
            for x in 0..pic.w[p] {
                let value = (((x * 5 + y * x / 9 + frame * 7 + p as u32 * 40) & 0xff) / step * step) << (bits - 8);
                if bits > 8 {
                    *(row as *mut u16).add(x as usize) = value as u16;
                } else {
                    *row.add(x as usize) = value as u8;
                }
            }
        }
    }
    pic
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let threads = arguments[3].parse().unwrap();
    let bits = arguments[4].parse().unwrap();
    let (name, feature) = (CString::new(arguments[1].as_str()).unwrap(), CString::new(arguments[2].as_str()).unwrap());
    unsafe {
        let (mut vmaf, mut model) = (null_mut(), null_mut());
        check(vmaf_init(&mut vmaf, Configuration { log_level: 0, n_threads: threads, n_subsample: 0, cpumask: 0, gpumask: 0 }), "vmaf_init");
        check(vmaf_model_load(&mut model, &mut ModelConfig { name: null(), flags: DISABLE_CLIP }, name.as_ptr()), "vmaf_model_load");
        check(vmaf_use_features_from_model(vmaf, model), "vmaf_use_features_from_model");
        if arguments[2] != "-" {
            check(vmaf_use_feature(vmaf, feature.as_ptr(), null_mut()), "vmaf_use_feature");
        }
        for frame in 0..FRAMES {
            let (mut reference, mut distorted) = (picture(bits, frame, 1), picture(bits, frame, 57));
            check(vmaf_read_pictures(vmaf, &mut reference, &mut distorted, frame), "vmaf_read_pictures");
        }
        check(vmaf_read_pictures(vmaf, null_mut(), null_mut(), 0), "vmaf_read_pictures(NULL)");
        for frame in 0..FRAMES {
            let mut value = 0.0;
            check(vmaf_score_at_index(vmaf, model, &mut value, frame), "vmaf_score_at_index");
            println!("{frame} {value:.6}");
        }
        vmaf_model_destroy(model);
        check(vmaf_close(vmaf), "vmaf_close");
    }
}
