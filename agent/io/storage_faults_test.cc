// Every call to the disk fails once, in every way: what was acknowledged is there afterwards, once.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <cstring>
#include <memory>

#include "agent/io/ledger_file.h"
#include "agent/io/ledger_test_support.h"
#include "agent/io/sqlite_storage.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using ght::test::TempDir;
using test::Writer;

// SQLite's default disk, with a fault at the n-th call that changes or locks something, and at
// `length - 1` more.
struct Faults {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  sqlite3_io_methods methods{};
  int countdown = 0;  // 0: no fault
  int length = 1;
  int code = SQLITE_IOERR;
  int met = 0;

  bool now() {
    if (countdown == 0) return false;
    if (countdown > 1) {
      --countdown;
      return false;
    }
    ++met;
    if (met >= length) countdown = 0;
    return true;
  }
  void arm(int nth, int faults, int with) {
    countdown = nth;
    length = faults;
    code = with;
    met = 0;
  }
};

// The file as SQLite sees it, the real one behind it.
struct File {
  sqlite3_file base;
  Faults* faults;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* own(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}

template <auto Method, class... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* real = own(file)->real();
  return (real->pMethods->*Method)(real, arguments...);
}

template <auto Method, class... Arguments>
int faulty(sqlite3_file* file, Arguments... arguments) {
  Faults& faults = *own(file)->faults;
  return faults.now() ? faults.code : pass<Method, Arguments...>(file, arguments...);
}

// READONLY would be an answer here, not a failure.
int map_shm(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  Faults& faults = *own(file)->faults;
  if (faults.now()) return faults.code == SQLITE_READONLY ? SQLITE_IOERR : faults.code;
  return pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>(file, region, size,
                                                                            extend, out);
}

void shm_barrier(sqlite3_file* file) {
  sqlite3_file* real = own(file)->real();
  real->pMethods->xShmBarrier(real);
}

int close_file(sqlite3_file* file) {
  sqlite3_file* real = own(file)->real();
  return real->pMethods == nullptr ? SQLITE_OK : real->pMethods->xClose(real);
}

sqlite3_io_methods file_methods() {
  using M = sqlite3_io_methods;
  M methods{};
  methods.iVersion = 2;
  methods.xClose = close_file;
  methods.xRead = pass<&M::xRead, void*, int, sqlite3_int64>;
  methods.xWrite = faulty<&M::xWrite, const void*, int, sqlite3_int64>;
  methods.xTruncate = faulty<&M::xTruncate, sqlite3_int64>;
  methods.xSync = faulty<&M::xSync, int>;
  methods.xFileSize = pass<&M::xFileSize, sqlite3_int64*>;
  methods.xLock = faulty<&M::xLock, int>;
  methods.xUnlock = pass<&M::xUnlock, int>;
  methods.xCheckReservedLock = pass<&M::xCheckReservedLock, int*>;
  methods.xFileControl = pass<&M::xFileControl, int, void*>;
  methods.xSectorSize = pass<&M::xSectorSize>;
  methods.xDeviceCharacteristics = pass<&M::xDeviceCharacteristics>;
  methods.xShmMap = map_shm;
  methods.xShmLock = pass<&M::xShmLock, int, int, int>;
  methods.xShmBarrier = shm_barrier;
  methods.xShmUnmap = pass<&M::xShmUnmap, int>;
  return methods;
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto& faults = *static_cast<Faults*>(vfs->pAppData);
  std::memset(file, 0, static_cast<std::size_t>(vfs->szOsFile));
  own(file)->faults = &faults;
  if (faults.now()) return faults.code == SQLITE_IOERR ? SQLITE_CANTOPEN : faults.code;
  const int result = faults.real->xOpen(faults.real, name, own(file)->real(), flags, out);
  if (result == SQLITE_OK) file->pMethods = &faults.methods;
  return result;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync) {
  auto& faults = *static_cast<Faults*>(vfs->pAppData);
  return faults.now() ? faults.code : faults.real->xDelete(faults.real, name, sync);
}

class StorageFaults : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    faults_ = std::make_unique<Faults>();
    faults_->real = sqlite3_vfs_find(nullptr);
    faults_->methods = file_methods();
    faults_->vfs = *faults_->real;
    faults_->vfs.zName = "faults";
    faults_->vfs.szOsFile = static_cast<int>(sizeof(File)) + faults_->real->szOsFile;
    faults_->vfs.pAppData = faults_.get();
    faults_->vfs.xOpen = open_file;
    faults_->vfs.xDelete = delete_file;
    // SQLite hands its functions the vfs they belong to; the others look at pAppData too.
    faults_->vfs.xAccess = [](sqlite3_vfs* vfs, const char* name, int flags, int* out) {
      sqlite3_vfs* real = static_cast<Faults*>(vfs->pAppData)->real;
      return real->xAccess(real, name, flags, out);
    };
    faults_->vfs.xFullPathname = [](sqlite3_vfs* vfs, const char* name, int size, char* out) {
      sqlite3_vfs* real = static_cast<Faults*>(vfs->pAppData)->real;
      return real->xFullPathname(real, name, size, out);
    };
    ASSERT_EQ(sqlite3_vfs_register(&faults_->vfs, 1), SQLITE_OK);
  }
  void TearDown() override {
    sqlite3_vfs_register(faults_->real, 1);
    sqlite3_vfs_unregister(&faults_->vfs);
  }

  // One life of a ledger with the fault at the nth call; true when that call came.
  bool live(int nth, int length);

  std::unique_ptr<Faults> faults_;
};

// What the ledger keeps in mind: the head that was acknowledged, and the batch that was not.
class Mind {
 public:
  explicit Mind(SqliteStorage& storage) : storage_(storage) {}

  // Once; false: it failed, and has to be tried again.
  bool load() {
    const auto stored = storage_.load();
    if (!stored.ok()) return false;
    EXPECT_FALSE(stored.value().begun_anew) << "a disk that fails is no damaged file";
    EXPECT_EQ(stored.value().chain, head_) << "exactly what was acknowledged";
    loaded_ = true;
    return true;
  }
  // The batch stays the same until it is written.
  bool commit(const Batch& batch) {
    if (!loaded_ && !load()) return false;
    const auto head = storage_.commit(batch);
    loaded_ = head.ok();
    if (head.ok()) head_ = head.value();
    return head.ok();
  }
  // When it fails, what was there is there.
  bool prune(WallTime now) {
    if (!loaded_ && !load()) return false;
    const auto head = storage_.prune(now);
    loaded_ = head.ok();
    if (head.ok()) head_ = head.value();
    return head.ok();
  }
  const ChainHead& head() const { return head_; }

 private:
  SqliteStorage& storage_;
  ChainHead head_;
  bool loaded_ = false;
};

bool StorageFaults::live(int nth, int length) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  Writer writer;
  bool came = false;
  faults_->arm(nth, length, GetParam());
  {
    SqliteStorage storage(path, 2);
    Mind mind(storage);
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 10; ++j)
        writer.interval("a", j % 2 ? State::bad : State::good, 36h * (j + 1));
      writer.interval("b", State::maintenance, 1h);
      const Batch batch = writer.batch();
      int tries = 0;
      while (!mind.commit(batch) && tries <= length + 2) ++tries;
      while (!mind.prune(batch.heartbeat) && tries <= length + 2) ++tries;
      if (tries > length + 2) {
        ADD_FAILURE() << "not written without a fault; nth " << nth;
        return true;
      }
    }
    came = faults_->met > 0;
    faults_->arm(0, 1, GetParam());
    const auto stored = storage.load();
    EXPECT_TRUE(stored.ok());
    EXPECT_TRUE(!stored.ok() || stored.value().checks == writer.rows()) << nth;
    EXPECT_GT(mind.head().records, 40);
    auto file = LedgerFile::open(path);
    EXPECT_TRUE(file.ok()) << nth;
    if (file.ok()) {
      const auto walked = verify_ledger(file.value());
      EXPECT_TRUE(walked.ok()) << nth << ": " << walked.error().text();
      EXPECT_TRUE(!walked.ok() || walked.value() == mind.head()) << nth;
    }
  }
  auto file = LedgerFile::open(path);
  EXPECT_TRUE(file.ok() && verify_ledger(file.value()).ok()) << nth << ": after the last close";
  return came;
}

TEST_P(StorageFaults, OneFaultAnywhereLosesNothing) {
  int nth = 1;
  while (live(nth, 1) && !HasFailure()) ++nth;
  EXPECT_GT(nth, 60) << "the shim is not in use";
  RecordProperty("faults", nth - 1);
  std::printf("%d calls failed once\n", nth - 1);
}

TEST_P(StorageFaults, NorDoManyInARow) {
  int nth = 1;
  while (live(nth, 12) && !HasFailure()) ++nth;
  EXPECT_GT(nth, 60) << "the shim is not in use";
}

INSTANTIATE_TEST_SUITE_P(EveryError, StorageFaults,
                         ::testing::Values(SQLITE_IOERR, SQLITE_FULL, SQLITE_READONLY));

}  // namespace
}  // namespace ght::io
