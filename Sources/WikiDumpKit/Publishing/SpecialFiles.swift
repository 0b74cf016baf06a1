/// `dumpspecialfiles.json`: every file of a run that is not a dump, and whether it exists.
package enum SpecialFiles {
    package static let fileName = "dumpspecialfiles.json"

    /// The names of those files, in the order of the list.
    package static func names(_ names: PublishedNames, farm: FarmSettings) -> [String] {
        [farm.runIndexName, ReportFile.fileName, StatusLine.fileName, DumpStatusFile.fileName]
            + HashKind.allCases.flatMap { kind in HashForm.allCases.map { names.sums(kind, $0) } }
            + [
                RunInfoFile.textName, RunInfoFile.jsonName, "\(names.prefix)runsettings.txt", "tableinfo.json",
                "pagerangeinfo.json", "notice.txt",
            ]
    }

    /// - Parameter size: Returns the size in bytes of the file with a name; nil if there is none.
    package static func json(_ run: RunRecord, farm: FarmSettings, size: (String) -> Int64?) -> [UInt8] {
        let names = PublishedNames(run, farm: farm)
        let files = Self.names(names, farm: farm).map { name in
            guard let size = size(name) else { return JSONValue.Member(name, ["status": "missing"]) }
            return JSONValue.Member(
                name, ["status": "present", "size": .integer(size), "url": .string(names.path(name))])
        }
        let all: JSONValue = ["files": .object(files), "version": .string(DumpStatusFile.version)]
        return all.bytes
    }
}
