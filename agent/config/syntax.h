// What is wrong where JSON text stops being JSON, in plain words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ght::config {

// Where the reader stood after the last token that it understood.
enum class Place { start, object_opened, key, member, array_opened, element, end };

struct SyntaxFault {
  std::size_t offset = 0;  // the byte the message is about
  std::string message;
};

// The first byte at or after `from` that is neither white space nor part of a complete comment;
// text.size() when there is none.
std::size_t skip_blank(std::string_view text, std::size_t from);

// The start of the next key or value: skip_blank, over at most one "," or ":".
std::size_t next_token(std::string_view text, std::size_t from);

// `text` is well-formed UTF-8 up to `understood`, where the last good token ends; `place` says
// which token that was, `last_key` the key when it was one. Something after it is not JSON.
SyntaxFault explain_syntax(std::string_view text, std::size_t understood, Place place,
                           std::string_view last_key);

}  // namespace ght::config
