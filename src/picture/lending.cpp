// The list of all pictures, which alone tells a reference from an address, and the comparison of structs with what was handed out.
#include "picture/lending.h"

#include <cstdint>
#include <string>
#include <unordered_set>

#include "base/enum_number.h"
#include "base/error.h"
#include "base/process_lock.h"

namespace vmaf {

/// What is known of the process's pictures. Needs the process lock.
struct Loans {
    std::unordered_set<const VmafRef*> refs;
    uintptr_t last_number = 0;

    /// The loan that a client's struct speaks of, or null.
    static VmafRef::Loan* find(const VmafPicture& picture);
    static VmafRef::Loan& of(VmafRef& ref) { return ref.loan_; }
};

namespace {

/// The one instance; never destroyed, since clients may give pictures back later than any static object ends.
constinit Loans* instance = nullptr;

Loans& loans() {
    if (!instance) instance = new Loans;
    return *instance;
}

[[noreturn]] void refuse(unsigned frame, Side side, const std::string& what) {
    fail(EINVAL, "frame ", frame, ": ", describe(side), " ", what);
}

/// `plane` is the index of a field that is an array.
template <class T>
void expect_same(unsigned frame, Side side, const char* field, const char* plane, const T& given, const T& lent) {
    if (given == lent) return;
    refuse(frame, side,
           cat("came with ", field, plane, " ", given, ", but was handed out with ", lent,
               "; only samples may be changed, allocate a picture of the format that is wanted"));
}

/// Planes that the format lacks are nobody's concern.
void compare(const VmafPicture& given, const VmafPicture& lent, unsigned frame, Side side) {
    constexpr const char* kIndex[] = {"[0]", "[1]", "[2]"};
    expect_same(frame, side, "pix_fmt", "", enum_number(given.pix_fmt), enum_number(lent.pix_fmt));
    expect_same(frame, side, "bpc", "", given.bpc, lent.bpc);
    for (unsigned p = 0; p < Picture::view_of(lent).format.planes(); p++) {
        expect_same(frame, side, "w", kIndex[p], given.w[p], lent.w[p]);
        expect_same(frame, side, "h", kIndex[p], given.h[p], lent.h[p]);
        expect_same(frame, side, "stride", kIndex[p], given.stride[p], lent.stride[p]);
        if (!given.data[p] && lent.data[p]) refuse(frame, side, cat("has no samples: data", kIndex[p], " is NULL"));
        expect_same(frame, side, "data", kIndex[p], static_cast<const void*>(given.data[p]),
                    static_cast<const void*>(lent.data[p]));
    }
}

/// The picture as it was handed out.
VmafPicture lent_as(const VmafPicture& picture, unsigned frame, Side side) {
    if (!picture.ref) refuse(frame, side, "is empty; fill pictures from vmaf_picture_alloc()");
    VmafPicture lent;
    {
        const ProcessLock lock;
        const VmafRef::Loan* const loan = Loans::find(picture);
        lent = loan ? loan->picture : VmafPicture{};
    }
    if (!lent.ref)
        refuse(frame, side,
               "is none that the caller holds: it was read or unreferenced before, or its ref or priv were changed");
    return lent;
}

}  // namespace

VmafRef::Loan* Loans::find(const VmafPicture& picture) {
    if (!loans().refs.contains(picture.ref)) return nullptr;
    VmafRef::Loan& loan = of(*picture.ref);
    return loan.number && loan.number == reinterpret_cast<uintptr_t>(picture.priv) ? &loan : nullptr;
}

VmafPicture lend(Picture picture) noexcept {
    VmafPicture lent = picture.release();
    if (!lent.ref) return lent;
    const ProcessLock lock;
    VmafRef::Loan& loan = Loans::of(*lent.ref);
    loan.number = ++loans().last_number;
    lent.priv = reinterpret_cast<void*>(loan.number);
    loan.picture = lent;
    return lent;
}

Picture take_back(VmafPicture& picture) {
    VmafPicture lent;
    {
        const ProcessLock lock;
        VmafRef::Loan* const loan = Loans::find(picture);
        if (!loan) fail(EINVAL, "the caller holds no reference to this picture");
        loan->number = 0;
        lent = loan->picture;
    }
    picture = {};
    lent.priv = nullptr;
    return Picture::adopt(lent);
}

Picture take_over(VmafPicture& picture, unsigned frame, Side side) {
    const VmafPicture given = picture, lent = lent_as(given, frame, side);
    Picture taken = take_back(picture);
    compare(given, lent, frame, side);
    return taken;
}

void check_loans(const VmafPicture& ref, const VmafPicture& dis, unsigned frame) {
    if (&ref == &dis || (ref.ref && ref.ref == dis.ref))
        fail(EINVAL, "frame ", frame,
             ": the reference and the distorted picture are one picture; each call takes over two, allocate a second "
             "one");
    compare(ref, lent_as(ref, frame, Side::kReference), frame, Side::kReference);
    compare(dis, lent_as(dis, frame, Side::kDistorted), frame, Side::kDistorted);
}

}  // namespace vmaf

VmafRef::VmafRef(Memory memory) : memory(memory) {
    const vmaf::ProcessLock lock;
    vmaf::loans().refs.insert(this);
}

VmafRef::~VmafRef() {
    const vmaf::ProcessLock lock;
    vmaf::loans().refs.erase(this);
}
