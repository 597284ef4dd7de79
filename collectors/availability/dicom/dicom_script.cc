#include "collectors/availability/dicom/dicom_script.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "collectors/availability/dicom/dicom_bytes.h"
#include "collectors/availability/dicom/dicom_command.h"
#include "collectors/availability/dicom/dicom_pdu.h"
#include "collectors/availability/dicom/dicom_reasons.h"

namespace ght::collectors::dicom {
namespace {

using State = Outcome::State;

// What was heard since our turn of this number; the turns are associate, echo, release.
constexpr std::size_t after_association = 1, after_echo = 2, after_release = 3;

Outcome done() {
  return {.state = State::done};
}

Outcome failed(Reason reason) {
  return {.state = State::failed, .failure = std::move(reason)};
}

Outcome malformed_answer(std::string what) {
  return failed({.code = malformed, .value = std::move(what)});
}

Outcome unexpected_pdu(PduType heard, std::string_view awaited) {
  return failed(
      {.code = unexpected, .value = std::string(name(heard)), .expected = std::string(awaited)});
}

Outcome rejection(std::string_view body, const Titles& titles) {
  struct Known {
    std::uint8_t source, reason;
    std::string_view code;
  };
  constexpr auto table = std::to_array<Known>({{1, 1, rejected_no_reason},
                                               {1, 2, rejected_context},
                                               {1, 3, rejected_calling_ae},
                                               {1, 7, rejected_called_ae},
                                               {2, 1, rejected_no_reason},
                                               {2, 2, rejected_protocol},
                                               {3, 1, rejected_congestion},
                                               {3, 2, rejected_limit}});
  const Rejection said = read_rejection(body);
  Reason reason{.code = rejected,
                .value = std::to_string(said.result) + "/" + std::to_string(said.source) + "/" +
                         std::to_string(said.reason)};
  const auto known = std::ranges::find_if(table, [&](const Known& row) {
    return row.source == said.source && row.reason == said.reason;
  });
  if (known != table.end()) reason.code = known->code;
  if (reason.code == rejected_called_ae) reason.expected = titles.called;
  if (reason.code == rejected_calling_ae) reason.expected = titles.calling;
  return failed(std::move(reason));
}

// What came where `awaited` was due and was not its PDU: in the end a failure, whatever it is.
Outcome other_pdu(const PduRead& read, std::string_view awaited) {
  if (read.state == PduRead::State::wrong) return malformed_answer(read.fault);
  if (read.type != PduType::abort) return unexpected_pdu(read.type, awaited);
  if (read.state == PduRead::State::incomplete) return {};
  return failed({.code = aborted, .value = abort_text(read.body)});
}

Outcome acceptance(std::string_view body) {
  const Result<Acceptance> read = read_acceptance(body);
  if (!read.ok()) return malformed_answer(read.error().text());
  switch (read.value().result) {
    case 0:
      break;
    case 1:
      return failed({.code = not_accepted_user});
    case 3:
      return failed({.code = not_accepted_abstract});
    case 4:
      return failed({.code = not_accepted_transfer});
    default:
      return failed({.code = not_accepted});
  }
  const std::uint32_t longest = read.value().longest_data;
  constexpr std::size_t header_bytes = 6;
  if (longest != 0 && longest < command_data(echo_request()).size() - header_bytes) {
    return malformed_answer("A-ASSOCIATE-AC: maximum length " + std::to_string(longest));
  }
  return done();
}

Outcome read_association(std::string_view heard, const Titles& titles) {
  if (heard.empty()) return {};
  const PduRead first = read_pdu(heard);
  const bool answer = first.state != PduRead::State::wrong &&
                      (first.type == PduType::associate_ac || first.type == PduType::associate_rj);
  if (!answer) return other_pdu(first, name(PduType::associate_ac));
  if (first.state == PduRead::State::incomplete) return {};
  if (first.type == PduType::associate_rj) return rejection(first.body, titles);
  Outcome outcome = acceptance(first.body);
  const std::string_view rest = heard.substr(first.size);
  if (outcome.state == State::failed || rest.empty()) return outcome;
  // Nothing was asked yet, so all that can follow is the peer's change of mind.
  const PduRead next = read_pdu(rest);
  if (next.state == PduRead::State::wrong || next.type == PduType::abort)
    return other_pdu(next, "");
  return malformed_answer(std::string(name(next.type)) + " before it was asked anything");
}

Outcome status_of(std::string_view command) {
  const Result<std::uint16_t> status = read_echo_status(command);
  if (!status.ok()) return malformed_answer(status.error().text());
  if (status.value() == 0) return done();
  return failed({.code = status_not_success,
                 .value = hex(status.value(), 4),
                 .expected = std::string("0000H")});
}

// Puts the fragments of one P-DATA-TF behind `command`; done when that is whole.
Outcome collect(std::string_view body, std::string& command) {
  const Result<std::vector<DataValue>> values = read_data(body);
  if (!values.ok()) return malformed_answer(values.error().text());
  for (const DataValue& value : values.value()) {
    if (value.context != echo_context) {
      return malformed_answer("P-DATA-TF: presentation context " + std::to_string(value.context));
    }
    if (!value.command) return malformed_answer("P-DATA-TF: data where a command was due");
    if (value.fragment.size() > command_bytes - command.size()) {
      return malformed_answer("P-DATA-TF: a command of over " + std::to_string(command_bytes) +
                              " bytes");
    }
    command += value.fragment;
    if (!value.last) continue;
    if (&value == &values.value().back()) return done();
    return malformed_answer("P-DATA-TF: more after the last fragment");
  }
  return {};
}

// What follows a whole answer is not looked at: the service has answered.
Outcome read_echo(std::string_view heard) {
  std::string command;
  while (!heard.empty()) {
    const PduRead next = read_pdu(heard);
    if (next.state == PduRead::State::wrong || next.type != PduType::data_tf) {
      return other_pdu(next, "C-ECHO-RSP");
    }
    if (next.state == PduRead::State::incomplete) return {};
    Outcome outcome = collect(next.body, command);
    if (outcome.state == State::failed) return outcome;
    if (outcome.state == State::done) return status_of(command);
    heard.remove_prefix(next.size);
  }
  return {};
}

DialogTurn turn(DialogTurn::Kind kind) {
  return {.kind = kind};
}

DialogTurn say(std::string bytes) {
  return {.kind = DialogTurn::Kind::say, .bytes = std::move(bytes)};
}

DialogTurn go_on(const Outcome& outcome, std::string next) {
  switch (outcome.state) {
    case State::incomplete:
      return turn(DialogTurn::Kind::listen);
    case State::done:
      return say(std::move(next));
    case State::failed:
      break;
  }
  return turn(DialogTurn::Kind::finish);
}

}  // namespace

std::vector<std::string> words_of(const Titles& titles) {
  return {titles.called, titles.calling};
}

Outcome read_exchange(const Titles& titles, const std::vector<std::string>& heard) {
  if (heard.size() <= after_association) return {};
  Outcome association = read_association(heard[after_association], titles);
  if (association.state != State::done) return association;
  if (heard.size() <= after_echo) return {};
  Outcome echo = read_echo(heard[after_echo]);
  if (echo.state == State::done && heard.size() <= after_release) return {};
  return echo;
}

DialogTurn script(const std::vector<std::string>& words, const std::vector<std::string>& heard) {
  const Titles titles{.called = words.at(0), .calling = words.at(1)};
  const std::string& latest = heard.back();
  switch (heard.size() - 1) {
    case 0:
      return say(associate_request(titles.called, titles.calling));
    case after_association:
      return go_on(read_association(latest, titles), command_data(echo_request()));
    case after_echo:
      return go_on(read_echo(latest), release_request());
    default:
      break;
  }
  const bool farewell = read_pdu(latest).state != PduRead::State::incomplete;
  return turn(farewell ? DialogTurn::Kind::finish : DialogTurn::Kind::linger);
}

}  // namespace ght::collectors::dicom
