// Files that appear together or not at all.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/OutputFiles.h"

#include "llvm/Object/Archive.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace nnc;
using namespace llvm;

namespace {

class OutputFilesTest : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("nnc-outputs", folder)); }
  void TearDown() override { sys::fs::remove_directories(folder); }

  std::string path(StringRef name) {
    SmallString<128> joined = folder;
    sys::path::append(joined, name);
    return joined.str().str();
  }

  std::vector<std::string> contents() {
    std::vector<std::string> names;
    std::error_code failed;
    for (sys::fs::directory_iterator it(folder, failed), end; it != end; it.increment(failed))
      names.push_back(sys::path::filename(it->path()).str());
    return names;
  }

  SmallString<128> folder;
};

TEST_F(OutputFilesTest, appearOnlyAtCommit) {
  OutputFiles files;
  ASSERT_FALSE(files.add(path("a"), "first"));
  EXPECT_FALSE(sys::fs::exists(path("a")));
  ASSERT_FALSE(files.commit());
  EXPECT_EQ((*MemoryBuffer::getFile(path("a")))->getBuffer(), "first");
  EXPECT_EQ(contents().size(), 1u);
}

TEST_F(OutputFilesTest, replaceWhatALinkPointsTo) {
  ASSERT_FALSE(sys::fs::create_directory(path("elsewhere")));
  auto write = [&](StringRef name, StringRef text) {
    OutputFiles files;
    ASSERT_FALSE(files.add(path(name), text));
    ASSERT_FALSE(files.commit());
  };
  write("elsewhere/a", "old");
  ASSERT_FALSE(sys::fs::create_link(path("elsewhere/a"), path("link")));
  write("link", "new");
  EXPECT_TRUE(sys::fs::is_symlink_file(path("link")));
  EXPECT_EQ((*MemoryBuffer::getFile(path("elsewhere/a")))->getBuffer(), "new");
}

TEST_F(OutputFilesTest, writeIntoAPipeAtOnce) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  OutputFiles files;
  ASSERT_FALSE(files.add(path("pipe"), "text"));
  char buffer[8] = {};
  EXPECT_EQ(::read(reader, buffer, sizeof buffer), 4);
  EXPECT_EQ(StringRef(buffer), "text");
  ::close(reader);
  ASSERT_FALSE(files.commit());
  EXPECT_EQ(contents().size(), 1u);
}

TEST_F(OutputFilesTest, leaveNothingWithoutCommit) {
  {
    OutputFiles files;
    ASSERT_FALSE(files.add(path("a"), "first"));
    EXPECT_EQ(contents().size(), 1u);
  }
  EXPECT_TRUE(contents().empty());
}

TEST_F(OutputFilesTest, leaveNothingWhenOneCannotBeWritten) {
  {
    OutputFiles files;
    ASSERT_FALSE(files.add(path("a"), "first"));
    Error failed = files.add(path("missing/b"), "second");
    ASSERT_TRUE(static_cast<bool>(failed));
    std::string message = toString(std::move(failed));
    EXPECT_NE(message.find("missing/b"), std::string::npos) << message;
    EXPECT_NE(message.find("No such file"), std::string::npos) << message;
  }
  EXPECT_TRUE(contents().empty());
}

TEST_F(OutputFilesTest, reportAFullDisk) {
  if (!sys::fs::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full";
  // A file there cannot be made beside it, so the stream's own check is what a real full disk
  // meets.
  int descriptor = 0;
  ASSERT_FALSE(sys::fs::openFileForWrite("/dev/full", descriptor, sys::fs::CD_OpenExisting));
  Error failed = writeAll(descriptor, std::string(100000, 'x'), "/dev/full");
  ASSERT_TRUE(static_cast<bool>(failed));
  EXPECT_NE(toString(std::move(failed)).find("No space left"), std::string::npos);
}

TEST_F(OutputFilesTest, replaceOlderFiles) {
  for (const char *text : {"old and longer", "new"}) {
    OutputFiles files;
    ASSERT_FALSE(files.add(path("a"), text));
    ASSERT_FALSE(files.commit());
  }
  EXPECT_EQ((*MemoryBuffer::getFile(path("a")))->getBuffer(), "new");
}

TEST_F(OutputFilesTest, refuseFolders) {
  OutputFiles files;
  Error failed = files.add(folder.str().str(), "text");
  ASSERT_TRUE(static_cast<bool>(failed));
  EXPECT_NE(toString(std::move(failed)).find("is a folder"), std::string::npos);
}

TEST(Archive, holdsOneMemberWithoutTimeOrOwner) {
  auto bytes = makeArchive({{"contents", "kws.o"}});
  ASSERT_TRUE(static_cast<bool>(bytes));
  auto archive = object::Archive::create(MemoryBufferRef(*bytes, "archive"));
  ASSERT_TRUE(static_cast<bool>(archive));
  Error failed = Error::success();
  unsigned members = 0;
  for (const object::Archive::Child &child : (*archive)->children(failed)) {
    ++members;
    EXPECT_EQ(*child.getName(), "kws.o");
    EXPECT_EQ(*child.getBuffer(), "contents");
    EXPECT_EQ(*child.getUID(), 0u);
    EXPECT_EQ(sys::toTimeT(*child.getLastModified()), 0);
  }
  EXPECT_FALSE(failed);
  EXPECT_EQ(members, 1u);
  auto again = makeArchive({{"contents", "kws.o"}});
  EXPECT_EQ(*bytes, *again);
}

} // namespace
