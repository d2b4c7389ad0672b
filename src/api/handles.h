// What the opaque types of the C API hold.
#pragma once

#include "base/option.h"
#include "model/model.h"
#include "session/session.h"

struct VmafContext {
    vmaf::Session session;
};

struct VmafModel {
    vmaf::Model model;
};

struct VmafModelCollection {
    vmaf::ModelCollection collection;
};

struct VmafFeatureDictionary {
    vmaf::OptionStrings entries;
};
