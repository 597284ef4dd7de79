// A few text values of a JSON document that may be large, and may end early, read without keeping
// the rest.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ght::collectors {

struct JsonTexts {
  std::map<std::string, std::string> found;  // by path; of a key given twice the first value
  bool whole = false;                        // the document is JSON to its end
};

// The text values at these paths of object keys, such as "agent.identity.host". Keys inside arrays
// are not looked at. What was found before an error counts as found: the caller looks at `whole`.
JsonTexts json_texts(std::string_view document, const std::vector<std::string>& paths);

}  // namespace ght::collectors
