#include "collectors/availability/mllp/hl7.h"

#include <gtest/gtest.h>

namespace ght::collectors::hl7 {
namespace {

using State = Frame::State;
using Fault = Acknowledgement::Fault;

const std::string ack = "MSH|^~\\&|ENGINE|CH|GHT-AGENT||20261123||ACK^N02^ACK|1|P|2.5\rMSA|AA|X1\r";

TEST(Mllp, AFrameIsWholeAtItsLastByte) {
  const std::string frame = framed(ack);
  EXPECT_EQ(frame.front(), '\x0b');
  for (std::size_t length = 0; length < frame.size(); ++length) {
    EXPECT_EQ(read_frame(frame.substr(0, length)).state, State::incomplete) << length;
  }
  const Frame whole = read_frame(frame);
  EXPECT_EQ(whole.state, State::whole);
  EXPECT_EQ(whole.message, ack);
  EXPECT_EQ(whole.surplus, 0U);
  EXPECT_EQ(read_frame(frame + frame).surplus, frame.size());
  EXPECT_EQ(read_frame(frame + "\n").surplus, 1U);
}

void expect_malformed(const std::string& heard, int found, int wanted) {
  const Frame frame = read_frame(heard);
  EXPECT_EQ(frame.state, State::malformed) << heard;
  EXPECT_EQ(frame.found, found) << heard;
  EXPECT_EQ(frame.wanted, wanted) << heard;
}

TEST(Mllp, AFrameIsKnownAsNoneAtOnce) {
  expect_malformed("MSH|", 'M', 0x0b);
  expect_malformed("\x15", 0x15, 0x0b);
  expect_malformed("\r\x0bMSH", '\r', 0x0b);
  expect_malformed("\x0bMSH\x1c\n", '\n', 0x0d);
  expect_malformed("\x0bMSH\x0b", 0x0b, 0x1c);
  expect_malformed("\x0bMSH\x0bMSH\x1c\r", 0x0b, 0x1c);
  EXPECT_EQ(read_frame("\x0b\x1c\r").state, State::whole) << "an empty one is one";
}

TEST(Hl7, FieldsOfTheHeaderAreCountedAsHl7Does) {
  EXPECT_EQ(header_field(ack, 2), "^~\\&");
  EXPECT_EQ(header_field(ack, 3), "ENGINE");
  EXPECT_EQ(header_field(ack, 6), "");
  EXPECT_EQ(header_field(ack, 10), "1");
  EXPECT_EQ(header_field(ack, 12), "2.5");
  EXPECT_EQ(header_field(ack, 13), std::nullopt);
  EXPECT_EQ(header_field(ack, 1), std::nullopt);
  EXPECT_EQ(header_field("PID|1", 3), std::nullopt);
  EXPECT_EQ(header_component(ack, 9), "ACK");
  EXPECT_EQ(header_component(ack, 11), "P");
  EXPECT_EQ(header_component("MSH|^~\\&|A", 9), "");
  EXPECT_EQ(header_component("MSH$%~\\&$$$$$$$ADT%A01$1", 9), "ADT");
}

TEST(Hl7, HeadersThatAreNone) {
  for (const char* message :
       {"", "MSH", "MSH|", "MSH|\r", "MSH||", "MSH|\rMSA|AA|1", "MSHA^~\\&A", "MSH|A~\\&|",
        "MSH|^^\\&|", "MSH|^~\\&#$%|", "MSH ^~\\& ", "msh|^~\\&|", "\nMSH|^~\\&|", "BHS|^~\\&|"}) {
    EXPECT_EQ(read_acknowledgement(message).fault, Fault::no_header) << message;
  }
}

TEST(Hl7, AnAcknowledgementIsItsCodeAndItsId) {
  const Acknowledgement found = read_acknowledgement(ack);
  EXPECT_EQ(found.fault, Fault::none);
  EXPECT_EQ(found.code, "AA");
  EXPECT_EQ(found.control_id, "X1");
  EXPECT_FALSE(found.error);
  const auto bare = read_acknowledgement("MSH|^~\\&\rMSA|CA|X1");
  EXPECT_EQ(bare.fault, Fault::none) << "nothing else need be there";
  EXPECT_EQ(bare.control_id, "X1");
}

TEST(Hl7, TheDelimitersAreTheSendersOwn) {
  const auto found = read_acknowledgement("MSH$%~\\@$E\rMSA$AR$X1\rERR$$$200%text");
  EXPECT_EQ(found.code, "AR");
  EXPECT_EQ(found.control_id, "X1");
  EXPECT_EQ(found.error, 200);
  EXPECT_EQ(read_acknowledgement("MSH$%~\\@$E\rMSA|AR|X1").fault, Fault::no_msa);
  EXPECT_EQ(read_acknowledgement("MSH$%~\\@$E\rMSA$AE$1\rERR$%%%207@down").error, 207);
}

TEST(Hl7, AnAcknowledgementIsLookedForInWholeSegments) {
  const std::string head = "MSH|^~\\&|E\r";
  EXPECT_EQ(read_acknowledgement(head).fault, Fault::no_msa);
  EXPECT_EQ(read_acknowledgement(head + "PID|1|MSA|AA|X1").fault, Fault::no_msa);
  EXPECT_EQ(read_acknowledgement(head + "MSAX|AA|X1").fault, Fault::no_msa);
  EXPECT_EQ(read_acknowledgement(head + "\nMSA|AA|X1").fault, Fault::no_msa);
  EXPECT_EQ(read_acknowledgement(head + "MSA").fault, Fault::no_code);
  EXPECT_EQ(read_acknowledgement(head + "MSA|aa|X1").fault, Fault::no_code);
  EXPECT_EQ(read_acknowledgement(head + "MSA|AA X1").fault, Fault::no_code);
  EXPECT_EQ(read_acknowledgement(head + "MSA|AA|1\r" + head + "MSA|AA|2").fault,
            Fault::second_message);
  EXPECT_EQ(read_acknowledgement(head + "MSA|AA|1\rMSA|AE|2").fault, Fault::second_message);
}

TEST(Hl7, ErrorCodesAreNumbersOrNothing) {
  const auto error = [](const std::string& segment) {
    return read_acknowledgement("MSH|^~\\&|E\rMSA|AE|1\r" + segment).error;
  };
  EXPECT_EQ(error("ERR||MSH^1^9|200^Unsupported message type^HL70357|E"), 200);
  EXPECT_EQ(error("ERR|MSH^1^9^201&Unsupported event code&HL70357"), 201);
  EXPECT_EQ(error("ERR|||0"), 0);
  for (const char* segment : {"ERR", "ERR|", "ERR|||DUPONT", "ERR|||2O0", "ERR|||2000", "ERR|||-20",
                              "ERR||| 20", "ERR|MSH^1^9^Jean", "ERR|MSH^1", "ERRX|||200"}) {
    EXPECT_EQ(error(segment), std::nullopt) << segment;
  }
  EXPECT_EQ(error("ERR|||101\rERR|||207"), 101) << "the first one";
}

}  // namespace
}  // namespace ght::collectors::hl7
