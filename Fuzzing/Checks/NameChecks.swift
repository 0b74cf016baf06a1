import MWBzUtils
import SystemPackage

@testable import WikiDumpKit

/// Names of files.
enum NameChecks {
    static func fileNames(_ data: [UInt8]) throws {
        let text = String(decoding: data, as: UTF8.self)
        let name = DumpFileName(text)
        try require(name.description.isSame(text), "another name of a dump file: \(name)")
        try require(DumpFileName(name.description) == name, "another dump file, read again")
        try require((name.part ?? 1) > 0, "a part without a number")
        if let own = DumpFileName(file: text, prefix: "demowiki-20261124-") {
            try require("demowiki-20261124-\(own)".isSame(text), "another file of the run: \(own)")
        }
        let ranged = RangedFileName(text)
        try require(ranged.description.isSame(text), "another name with a range: \(ranged)")
        if let ids = ranged.range?.ids { try require(ids.lowerBound >= 0, "a range below 0") }
        if let wiki = WikiName(text) { try require(wiki.description.isPlainFileName, "a wiki with an unsafe name") }
        if let date = DumpDate(text) {
            try require(date.description.isPlainFileName && date.dashed.count == 10, "a date with an unsafe name")
        }
        if let time = UTCTime(statusText: text) {
            try require(UTCTime(statusText: time.statusText) == time, "another time, read again")
        }
    }

    /// The names and the content of lock files.
    static func owners(_ data: [UInt8]) throws {
        let text = String(decoding: data, as: UTF8.self)
        if let (name, owner) = OwnerFile.parse(companion: text) {
            let again = OwnerFile.companionName(of: name, for: owner, mark: "mark")
            let found = OwnerFile.parse(companion: again)
            try require(found?.name.isSame(name) == true && found?.owner == owner, "another owner, read again")
            try require(!name.contains("~") && !owner.host.contains("~"), "a name with the mark between names")
        }
        let disk = try FileSystem.holding(["lock": data])
        // No folder holds a name with a zero.
        let companion = text.replacing("\0", with: "")
        let found = try FoundOwner("/farm/lock", companions: [companion, ".lock~host~1~2@table~mark"], on: disk)
        try require(found?.owner.processID ?? 0 >= Int32.min, "no owner")
        _ = found?.isStale(now: UTCTime(seconds: 5_000), by: .given(SystemWallClock()), staleAge: 1)
        guard text.isPlainFileName, text.utf8.count < 200 else { return }
        let farm = try FileSystem.holding([:])
        try farm.makeDirectory("/farm/.fence")
        try farm.write([], to: FilePath("/farm/.fence").appending(text))
        let marker = EpochMarker(in: "/farm", on: farm)
        let before = (try? marker.standing())?.number
        if let next = try? marker.raise(), let before { try require(next > before, "the number fell") }
    }
}
