# SPDX-License-Identifier: MIT
# ruby sums.rb DUMP: virtual, resident, dirty and swapped bytes by type of region, and in all.
SIZE = /([0-9.]+)([KMGT]?)/
ROW = %r{\A\s*(.+?)\s+[0-9a-f]+-[0-9a-f]+\s+
         \[\s*#{SIZE}\s+#{SIZE}\s+#{SIZE}\s+#{SIZE}\s*\]\s+[-rwx]{3}/[-rwx]{3}\s+SM=}x
UNIT = { "" => 1, "K" => 1 << 10, "M" => 1 << 20, "G" => 1 << 30, "T" => 1 << 40 }.freeze

types = Hash.new { |all, name| all[name] = [0, 0, 0, 0, 0] }
File.foreach(ARGV[0], encoding: "BINARY") do |line|
  next unless ROW =~ line

  sums = types[$1]
  sums[0] += 1
  sums[1] += $2.to_f * UNIT[$3]
  sums[2] += $4.to_f * UNIT[$5]
  sums[3] += $6.to_f * UNIT[$7]
  sums[4] += $8.to_f * UNIT[$9]
end

types.each { |name, sums| puts [name, *sums.map(&:round)].join("\t") }
puts ["TOTAL", *types.values.transpose.map { |column| column.sum.round }].join("\t")
