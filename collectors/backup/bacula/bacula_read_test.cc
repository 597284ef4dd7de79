// What psql is asked, and what is read from its answers.
#include "collectors/backup/bacula/bacula_read.h"

#include <gtest/gtest.h>

#include "agent/core/text.h"
#include "collectors/backup/bacula/bacula_query.h"

namespace ght::collectors::bacula {
namespace {

using namespace std::chrono_literals;

// A run as the query tells it: begun at 22:18:30 in Paris in winter, 2 seconds long.
std::string run(const std::string& more = "") {
  std::string text =
      R"("id":1,"level":"F","status":"T","tdate":1795987112,"start":1795990710,"end":1795990712,)"
      R"("real_end":1795990712,"files":3,"bytes":300014,"errors":0,"gone":0,"gone_volume":null,)"
      R"("waiting":null,"offset_before":null)";
  return "{" + text + more + "}";  // of two members with one name the last counts
}

std::string job(const std::string& newest, const std::string& running = "null") {
  return R"({"job":"nightly","newest":)" + newest + R"(,"full":)" + newest + R"(,"last":)" +
         newest + R"(,"running":)" + running + "}";
}

std::string answer(const std::string& jobs, const std::string& version = "[16]") {
  return R"({"version":)" + version + R"(,"jobs":[)" + jobs + "]}\n";
}

Job read_one(const std::string& newest, const std::string& running = "null") {
  const auto catalogue = read_catalogue(answer(job(newest, running)));
  EXPECT_TRUE(catalogue.ok()) << catalogue.error().text();
  return catalogue.value().jobs.at(0);
}

std::string begun(const std::string& more) {
  const Job job = read_one(run(more));
  return job.fault.empty() ? format_rfc3339(job.newest->begun) : job.fault;
}

TEST(BaculaRead, ARunIsReadWhole) {
  const Job job = read_one(run());
  ASSERT_EQ(job.fault, "");
  EXPECT_EQ(format_rfc3339(job.newest->begun), "2026-11-29T21:18:30Z");
  EXPECT_EQ(job.newest->duration, Duration(2s));
  EXPECT_EQ(job.newest->bytes, 300014U);
  EXPECT_EQ(job.full->level, 'F');
  EXPECT_FALSE(job.running.has_value());
}

TEST(BaculaRead, AnAnswerIsWholeOrNone) {
  EXPECT_TRUE(read_catalogue(answer("")).ok()) << "no job at all is an answer";
  std::string whole = answer(job(run()));
  EXPECT_TRUE(read_catalogue(whole).ok());
  whole.pop_back();
  EXPECT_FALSE(read_catalogue(whole).ok()) << "the end of the line is not there";
  for (const char* broken : {"", "\n", "null\n", "[]\n", "{}\n", "(1 row)\n"}) {
    EXPECT_FALSE(read_catalogue(broken).ok()) << broken;
  }
  for (const char* version : {"null", "[]", "[16,17]", "[-1]", "[\"16\"]", "16"}) {
    EXPECT_FALSE(read_catalogue(answer("", version)).ok()) << version;
  }
  EXPECT_FALSE(read_catalogue(answer("{}")).ok());
  EXPECT_FALSE(read_catalogue(answer(R"({"job":"a*"})")).ok());
}

TEST(BaculaRead, WhatIsNotUnderstoodOfARunIsAFaultOfItsJob) {
  for (const char* wrong :
       {R"(,"status":"z")", R"(,"status":"")", R"(,"status":"TT")", R"(,"status":null)",
        R"(,"level":"B")", R"(,"id":0)", R"(,"id":null)", R"(,"id":"1")", R"(,"tdate":null)",
        R"(,"tdate":1795987113)", R"(,"start":null)", R"(,"errors":-1)", R"(,"gone":null)",
        R"(,"bytes":1e5)", R"(,"status":"R")"}) {
    EXPECT_NE(read_one(run(wrong)).fault, "") << wrong;
  }
  EXPECT_NE(read_one(run(), run()).fault, "") << "a run that ended does not run";
  EXPECT_NE(read_one("[]").fault, "");
}

TEST(BaculaRead, LettersAreToldByTheirCase) {
  for (const char ended : std::string_view("TWEefADI")) EXPECT_TRUE(is_ended(ended)) << ended;
  for (const char open : std::string_view("CRBFSmMsjcdtpqailL")) {
    EXPECT_TRUE(is_open(open)) << open;
    EXPECT_FALSE(is_ended(open)) << open;
  }
  for (const char unknown : std::string_view("wrbP 0")) {
    EXPECT_FALSE(is_ended(unknown) || is_open(unknown)) << unknown;
  }
}

TEST(BaculaRead, CompleteIsWithoutErrorsAndNotEmpty) {
  const auto complete = [](const std::string& more, bool accept) {
    const Job job = read_one(run(more));
    return job.newest.has_value() && is_complete(*job.newest, accept);
  };
  EXPECT_TRUE(complete("", false));
  EXPECT_FALSE(complete(R"(,"errors":1)", false)) << "T with errors: files were not read";
  EXPECT_FALSE(complete(R"(,"errors":null)", false));
  EXPECT_FALSE(complete(R"(,"status":"W")", false));
  EXPECT_TRUE(complete(R"(,"errors":1)", true));
  EXPECT_TRUE(complete(R"(,"status":"W","errors":1)", true));
  EXPECT_FALSE(complete(R"(,"status":"f")", true));
  EXPECT_FALSE(complete(R"(,"status":"I")", true));
  EXPECT_FALSE(complete(R"(,"files":0)", true)) << "a Full of nothing";
  EXPECT_FALSE(complete(R"(,"files":null)", true));
  EXPECT_TRUE(complete(R"(,"files":0,"level":"I")", false)) << "nothing changed";
}

TEST(BaculaRead, LocalTimesBecomeMomentsByJobTDate) {
  // Summer, another zone, and one with a quarter of an hour.
  EXPECT_EQ(begun(R"(,"tdate":1795983512)"), "2026-11-29T20:18:30Z");
  EXPECT_EQ(begun(R"(,"tdate":1796005112)"), "2026-11-30T02:18:30Z") << "UTC-4";
  EXPECT_EQ(begun(R"(,"tdate":1795970012)"), "2026-11-29T16:33:30Z") << "UTC+5:45";
  EXPECT_NE(begun(R"(,"tdate":1795930000)"), "2026-11-29T21:18:30Z");
}

// The clocks go back at 03:00 in Paris on 2026-10-25: begun at 01:30 (UTC+2), ended at 04:00
// (UTC+1): three hours and a half, not two and a half.
TEST(BaculaRead, OverTheChangeOfClocksARunIsNeverTooYoung) {
  const std::string autumn =
      R"(,"start":1792891800,"end":1792900800,"real_end":1792900800,"tdate":1792897200)";
  EXPECT_EQ(begun(autumn), "2026-10-25T00:30:00Z") << "nothing known of the run before: as UTC+1";
  const Job known = read_one(run(autumn + R"(,"offset_before":7200)"));
  EXPECT_EQ(format_rfc3339(known.newest->begun), "2026-10-24T23:30:00Z");
  EXPECT_EQ(known.newest->duration, Duration(3h + 30min));
  // 02:20 of the second kind, begun at 02:30 of the first.
  EXPECT_NE(
      begun(R"(,"start":1792895400,"end":1792894800,"real_end":1792894800,"tdate":1792891200)"),
      "2026-10-25T01:30:00Z");
  EXPECT_EQ(
      begun(
          R"(,"start":1792895400,"end":1792894800,"real_end":1792894800,"tdate":1792891200,"offset_before":7200)"),
      "2026-10-25T00:30:00Z");
  // Spring, 2026-03-29: begun at 01:30 (UTC+1), ended at 04:00 (UTC+2).
  EXPECT_EQ(
      begun(
          R"(,"start":1774747800,"end":1774756800,"real_end":1774756800,"tdate":1774749600,"offset_before":3600)"),
      "2026-03-28T23:30:00Z")
      << "one hour older than it is";
}

TEST(BaculaRead, AVirtualFullAndAMigratedJobAreAsOldAsTheirData) {
  // Data of 22:18:30, made at noon of the next day: JobTDate is the real end.
  const Job made = read_one(run(R"(,"real_end":1796040000,"tdate":1796036400)"));
  EXPECT_EQ(format_rfc3339(made.newest->begun), "2026-11-29T21:18:30Z");
  EXPECT_FALSE(made.newest->duration.has_value());
  // Moved the next day: JobTDate is the end of the data.
  const Job moved = read_one(run(R"(,"real_end":1796040017)"));
  EXPECT_EQ(format_rfc3339(moved.newest->begun), "2026-11-29T21:18:30Z");
}

TEST(BaculaRead, ARunThatGoesOnIsDatedByJobTDate) {
  const std::string open =
      R"(,"status":"R","start":1795990752,"tdate":1795987152,"end":null,"real_end":null)";
  const Job running = read_one(run(), run(open));
  ASSERT_EQ(running.fault, "");
  EXPECT_EQ(format_rfc3339(running.running->begun), "2026-11-29T21:19:12Z");
  EXPECT_FALSE(running.running->waiting_since.has_value());
  const Job waits = read_one(run(), run(open + R"(,"waiting":1795990755)"));
  EXPECT_EQ(format_rfc3339(*waits.running->waiting_since), "2026-11-29T21:19:15Z");
  const Job created = read_one(run(), run(open + R"(,"status":"C","start":null)"));
  ASSERT_EQ(created.fault, "");
  EXPECT_EQ(format_rfc3339(created.running->begun), "2026-11-29T21:19:12Z");
}

TEST(BaculaRead, WordsOfARun) {
  EXPECT_EQ(words_of(*read_one(run(R"(,"id":5,"status":"f","errors":2)")).newest),
            "JobId 5: f (Fatal error), JobErrors 2");
  EXPECT_EQ(words_of(*read_one(run(R"(,"status":"A")")).newest), "JobId 1: A (Canceled by user)");
  EXPECT_EQ(words_of(*read_one(run(R"(,"errors":3)")).newest), "JobId 1: T, JobErrors 3");
  EXPECT_EQ(words_of(*read_one(run(R"(,"files":0)")).newest), "JobId 1: T, JobFiles 0");
}

TEST(BaculaRead, VersionsOfTheTables) {
  for (const int known : {14, 15, 16, 1014, 1026, 2001, 2192, 2250}) {
    EXPECT_TRUE(is_known_version(known)) << known;
  }
  for (const int unknown : {0, 11, 17, 1013, 1100, 2000, 3000}) {
    EXPECT_FALSE(is_known_version(unknown)) << unknown;
  }
}

std::string connection(const std::string& given) {
  const auto read = read_connection(given);
  return read.ok() ? read.value().words : "refused: " + read.error().text();
}

TEST(BaculaQuery, AConnectionIsWordsWithoutASecret) {
  EXPECT_EQ(connection("host=db1  dbname=bacula user=ght_agent"),
            "dbname=bacula host=db1 port=5432 user=ght_agent");
  EXPECT_EQ(connection("service=bareos"), "service=bareos");
  EXPECT_EQ(read_connection("host=db1 dbname=bareos").value().label, "bareos@db1");
  EXPECT_EQ(read_connection("host=/run/postgresql dbname=bareos").value().label, "bareos");
  EXPECT_EQ(read_connection("dbname=bareos").value().label, "bareos");
  EXPECT_EQ(read_connection("service=catalogue").value().label, "catalogue");
  for (const char* wrong : {"", "bacula", "host=db1", "dbname=", "=x", "dbname=a dbname=b",
                            "dbname='a b'", "dbname=a options=-c", "dbname=a passfile=/x",
                            "dbname=a foo=b", "postgresql://ght_agent:geheim@db1/bacula",
                            "dbname=a password=geheim", "dbname=a sslpassword=geheim"}) {
    const std::string said = connection(wrong);
    EXPECT_TRUE(said.starts_with("refused: connection")) << wrong << ": " << said;
    EXPECT_FALSE(said.contains("geheim")) << said;
  }
}

TEST(BaculaQuery, TheWordsForLibpq) {
  const Connection plain = read_connection("dbname=a connect_timeout=3").value();
  EXPECT_EQ(connection_words(plain, ""),
            "connect_timeout=3 dbname=a port=5432 application_name=ght-agent");
  EXPECT_TRUE(connection_words(plain, R"(/a b\c'd)").ends_with(R"( passfile='/a b\\c\'d')"));
}

TEST(BaculaQuery, NamesCannotLeaveTheirQuotes) {
  for (const char* good : {"nightly", "srv-dpi_01.full:2", "Backup Catalog", "srv-*", "a?"}) {
    EXPECT_TRUE(is_job_name(good)) << good;
  }
  for (const char* bad : {"", "a'b", "a\\b", "a\"b", "a;b", "é", "a\nb", "a%", "a/b", "a(b"}) {
    EXPECT_FALSE(is_job_name(bad)) << bad;
  }
  EXPECT_FALSE(is_job_name(std::string(128, 'a')));
  const std::string text =
      catalogue_query({.jobs = {"a", "b_c", "srv_*", "x?"}, .accept_warnings = false});
  EXPECT_TRUE(text.contains("Name IN ('a','b_c') OR Name LIKE 'srv\\_%' OR Name LIKE 'x_'"))
      << text;
  EXPECT_TRUE(catalogue_query({.jobs = {"a*"}}).contains("AND (Name LIKE 'a%')"));
  EXPECT_FALSE(text.contains('{')) << "everything is filled in";
  EXPECT_FALSE(text.contains("Log"));
  EXPECT_TRUE(catalogue_query({.jobs = {"a"}, .ask_log = true}).contains("FROM Log"));
}

TEST(BaculaQuery, PatternsMatchWhole) {
  EXPECT_TRUE(matches("srv-*", "srv-"));
  EXPECT_TRUE(matches("*-dpi-*", "a-dpi-dpi-b"));
  EXPECT_TRUE(matches("a?c", "abc"));
  EXPECT_TRUE(matches("*", "anything"));
  EXPECT_FALSE(matches("srv-*", "xsrv-1"));
  EXPECT_FALSE(matches("a?c", "ac"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_FALSE(matches("a*c", "abcd"));
}

std::string_view code(const std::string& words, int status = 2) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = status;
  result.err = words;
  const auto reason = failure_reason(result);
  return reason ? reason->code : "";
}

TEST(BaculaWords, WhyPsqlFailed) {
  const std::string before = "psql: error: connection to server at \"db1\", port 5432 failed: ";
  EXPECT_EQ(code(before + "FATAL:  password authentication failed for user \"x\"\npassword "
                          "retrieved from file \"/x\""),
            "bacula_wrong_password");
  EXPECT_EQ(code(before + "FATAL:  authentification par mot de passe échouée pour l'utilisateur  "
                          "« x »"),
            "bacula_wrong_password");
  EXPECT_EQ(code("WARNING: password file \"/x\" has group or world access; permissions should be "
                 "u=rw (0600) or less\n" +
                 before + "fe_sendauth: no password supplied"),
            "bacula_password_file");
  EXPECT_EQ(code(before + "fe_sendauth: no password supplied"), "bacula_password_file");
  EXPECT_EQ(code(before + "FATAL:  la base de données « b » n'existe pas"), "bacula_no_catalogue");
  EXPECT_EQ(code(before + "FATAL:  le rôle « x » n'existe pas"), "bacula_access_denied");
  EXPECT_EQ(code(before + "FATAL:  role \"x\" does not exist"), "bacula_access_denied");
  EXPECT_EQ(code(before + "FATAL:  le système de bases de données se lance"), "bacula_unreachable");
  EXPECT_EQ(code("ERREUR:  42P01: la relation « job » n'existe pas", 1), "bacula_no_catalogue");
  EXPECT_EQ(code("ERROR:  42501: permission denied for table job", 1), "bacula_access_denied");
  EXPECT_EQ(code("ERROR:  57014: canceling statement due to statement timeout", 1), "bacula_busy");
  EXPECT_EQ(code("ERROR:  22012: division by zero", 1), "") << "no word that helps";
  EXPECT_EQ(code("Connection refused", 0), "") << "it ended well";
}

}  // namespace
}  // namespace ght::collectors::bacula
