#include "collectors/availability/mllp/hl7.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ght::collectors::hl7 {
namespace {

constexpr char block_start = '\x0b', block_end = '\x1c', carriage_return = '\x0d';

// The delimiters are the sender's own: MSH-1 and MSH-2 say them.
struct Delimiters {
  char field = '|', component = '^', subcomponent = '&';
};

bool may_delimit(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return c > ' ' && c < '\x7f' && !letter && (c < '0' || c > '9');
}

std::string_view first_segment(std::string_view message) {
  return message.substr(0, message.find(carriage_return));
}

// The part of `text` before the first `delimiter`; `text` becomes what stands behind it.
std::string_view take(std::string_view& text, char delimiter) {
  const auto end = text.find(delimiter);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

// The part number `number`, counted from 0; empty when there is none.
std::string_view part(std::string_view text, char delimiter, std::size_t number) {
  for (; number > 0; --number) take(text, delimiter);
  return take(text, delimiter);
}

std::optional<Delimiters> delimiters_of(std::string_view message) {
  const std::string_view header = first_segment(message);
  if (!header.starts_with("MSH") || header.size() < 5) return std::nullopt;
  Delimiters own;
  own.field = header[3];
  const std::string_view encoding = part(header, own.field, 1);
  if (!may_delimit(own.field) || encoding.empty() || encoding.size() > 5) return std::nullopt;
  for (std::size_t at = 0; at < encoding.size(); ++at) {
    const bool twice = encoding.find(encoding[at], at + 1) != std::string_view::npos;
    if (!may_delimit(encoding[at]) || twice) return std::nullopt;
  }
  own.component = encoding[0];
  if (encoding.size() > 3) own.subcomponent = encoding[3];
  return own;
}

std::optional<int> table_0357(std::string_view text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool whole = !text.empty() && text.size() <= 3 && text.front() != '-';
  return whole && read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::optional<int> error_of(std::string_view segment, const Delimiters& own) {
  const auto code = table_0357(part(part(segment, own.field, 3), own.component, 0));
  if (code) return code;
  const std::string_view location = part(segment, own.field, 1);
  return table_0357(part(part(location, own.component, 3), own.subcomponent, 0));
}

bool is_segment(std::string_view segment, std::string_view name, const Delimiters& own) {
  return segment.starts_with(name) && (segment.size() == 3 || segment[3] == own.field);
}

bool is_acknowledgement_code(std::string_view code) {
  constexpr auto codes = std::to_array<std::string_view>({"AA", "AE", "AR", "CA", "CE", "CR"});
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

std::string framed(std::string_view message) {
  std::string frame(1, block_start);
  frame += message;
  frame += block_end;
  frame += carriage_return;
  return frame;
}

Frame read_frame(std::string_view heard) {
  Frame frame;
  const auto wrong = [&](char found, char wanted) {
    frame.state = Frame::State::malformed;
    frame.found = static_cast<unsigned char>(found);
    frame.wanted = static_cast<unsigned char>(wanted);
    return frame;
  };
  if (heard.empty()) return frame;
  if (heard.front() != block_start) return wrong(heard.front(), block_start);
  const std::string_view content = heard.substr(1);
  const auto end = content.find(block_end);
  frame.message = content.substr(0, end);
  if (frame.message.find(block_start) != std::string_view::npos) {
    return wrong(block_start, block_end);
  }
  if (end == std::string_view::npos || end + 1 == content.size()) return frame;
  if (content[end + 1] != carriage_return) return wrong(content[end + 1], carriage_return);
  frame.state = Frame::State::whole;
  frame.surplus = content.size() - end - 2;
  return frame;
}

std::optional<std::string_view> header_field(std::string_view message, std::size_t number) {
  const auto own = delimiters_of(message);
  if (!own) return std::nullopt;
  const std::string_view header = first_segment(message);
  const auto fields = std::count(header.begin(), header.end(), own->field);
  if (number < 2 || static_cast<std::size_t>(fields) + 1 < number) return std::nullopt;
  return part(header, own->field, number - 1);
}

std::string_view header_component(std::string_view message, std::size_t number) {
  const auto field = header_field(message, number);
  return field ? part(*field, delimiters_of(message)->component, 0) : std::string_view();
}

Acknowledgement read_acknowledgement(std::string_view message) {
  Acknowledgement found;
  const auto own = delimiters_of(message);
  if (!own) {
    found.fault = Acknowledgement::Fault::no_header;
    return found;
  }
  take(message, carriage_return);
  bool acknowledged = false;
  while (!message.empty()) {
    const std::string_view segment = take(message, carriage_return);
    const bool acknowledges = is_segment(segment, "MSA", *own);
    if (segment.starts_with("MSH") || (acknowledges && acknowledged)) {
      found.fault = Acknowledgement::Fault::second_message;
      return found;
    }
    if (acknowledges) {
      acknowledged = true;
      found.code = part(segment, own->field, 1);
      found.control_id = part(segment, own->field, 2);
    } else if (is_segment(segment, "ERR", *own) && !found.error) {
      found.error = error_of(segment, *own);
    }
  }
  if (!acknowledged) {
    found.fault = Acknowledgement::Fault::no_msa;
  } else if (!is_acknowledgement_code(found.code)) {
    found.fault = Acknowledgement::Fault::no_code;
  }
  return found;
}

}  // namespace ght::collectors::hl7
