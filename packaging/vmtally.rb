# SPDX-License-Identifier: MIT
#
# A formula for Homebrew, to be filled in at a release: OWNER twice, and the sha256 of the archive
# that `make dist` makes and the release has (shasum -a 256 vmtally-VERSION.tar.gz). The archive has
# a configure script, so that nothing is generated here. Then, in a tap:
#
#   brew install --build-from-source ./vmtally.rb && brew test vmtally && brew audit --strict vmtally
class Vmtally < Formula
  desc "Accounts for a process's memory from vmmap, crash reports and /proc"
  homepage "https://github.com/OWNER/vmtally"
  url "https://github.com/OWNER/vmtally/releases/download/v0.1.0/vmtally-0.1.0.tar.gz"
  sha256 "SHA256"
  license "MIT"

  depends_on "pkgconf" => :build
  depends_on "jansson"
  depends_on "libarchive"
  depends_on "libcsv"
  depends_on "pcre2"

  def install
    system "./configure", "--disable-silent-rules", *std_configure_args
    system "make", "install"
  end

  test do
    (testpath/"vm_stat.txt").write <<~TEXT
      Mach Virtual Memory Statistics: (page size of 16384 bytes)
      Pages free:                                     1000.
      Pages active:                                   2000.
      Pages inactive:                                 3000.
      Pages wired down:                               4000.
    TEXT
    assert_match "16384", shell_output("#{bin}/vmtally system vm_stat.txt")
  end
end
