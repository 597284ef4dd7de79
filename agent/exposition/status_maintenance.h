// The section of the status page about maintenance windows that hold now or later.
#pragma once

#include "agent/exposition/html_writer.h"
#include "agent/exposition/view.h"

namespace ght {

void write_maintenance(HtmlWriter& to, const View& view);

}  // namespace ght
