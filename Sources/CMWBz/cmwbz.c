#include "cmwbz.h"
