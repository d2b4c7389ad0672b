#include <gtest/gtest.h>
#include "emulated.h"
