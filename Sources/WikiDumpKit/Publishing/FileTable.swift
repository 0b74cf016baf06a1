/// The values for `files.html`, the table of the files of a run that can be downloaded.
enum FileTable {
    /// The jobs with files to download, the last job first.
    static func groups(_ run: RunRecord) -> [[String: Any]] {
        run.jobs.reversed().compactMap { job in
            let files = job.files.filter { if case .offered = FileShowing($0, of: job) { true } else { false } }
            if files.isEmpty { return nil }
            return ["title": templateText(job.title), "files": files.map { row($0, of: job, in: run) }]
        }
    }

    private static func row(_ file: FileRecord, of job: JobRecord, in run: RunRecord) -> [String: Any] {
        let found = file.evidence?.found
        let size = file.size ?? 0
        let counts: [(Int64?, String)] = [
            (found?.pages?.count, "page"), (found?.revisions?.count, "revision"),
            (found?.logEntries?.count, "log entry"), (found?.rows, "row"), (found?.lines, "line"),
        ]
        let damage = file.evidence?.problems.damage ?? 0
        let hasCertificate = FileCertificate(file, of: job, in: run) != nil
        return [
            "name": templateText(file.name), "href": addressPart(file.name), "size": sizeText(size),
            "exact": size < 1 << 10 ? [] : ["\(groupedDigits(size)) bytes"],
            "unpacked": found?.bytes.map { [sizeText($0)] } ?? [],
            "holds": counts.compactMap { count, name in
                count.map { name == "log entry" && $0 != 1 ? "\(groupedDigits($0)) log entries" : counted($0, name) }
            },
            "lacks": damage == 0 ? [] : ["\(counted(damage, "item")) missing"],
            "hash": file.hashes.map { [$0.sha256] } ?? [],
            "certificate": hasCertificate ? [addressPart(FileCertificate.name(of: file.name))] : [],
        ]
    }
}

/// The values for `guide.html`: which file of a run serves which purpose, in plain words.
enum FileGuide {
    /// A purpose, and the names of the files that serve it, the best first.
    private struct Case {
        let question: String
        let answer: String
        let bases: [String]
    }

    private static let all = [
        Case(
            question: "I want to read the articles, or search them offline",
            answer: "The current text of all articles, without talk and user pages:",
            bases: ["pages-articles-multistream", "pages-articles"]),
        Case(
            question: "I want every page as it stands now, with discussions",
            answer: "The current text of all pages, also of talk and user pages:", bases: ["pages-meta-current"]),
        Case(
            question: "I want to know how pages changed",
            answer: "Every version of every page, with its text. These are the largest files:",
            bases: ["pages-meta-history"]),
        Case(
            question: "I want to count edits and editors, without texts",
            answer: "Who changed which page and when, for every version:", bases: ["stub-meta-history"]),
        Case(
            question: "I want a list of pages, or tables for my own database",
            answer: "All titles as a plain list, or tables as SQL, such as that of all pages:",
            bases: ["all-titles-in-ns0", "all-titles", "page"]),
    ]

    /// The cases that the run has a file for.
    static func cases(_ run: RunRecord) -> [[String: Any]] {
        var files: [String: [(name: DumpFileName, file: FileRecord)]] = [:]
        for (_, file) in run.offeredFiles {
            guard let name = DumpFileName(file: file.name, prefix: "\(run.wiki)-\(run.date)-") else { continue }
            files[name.base, default: []].append((name, file))
        }
        return all.compactMap { purpose in
            // Of the forms of a file, the smallest one.
            let known = purpose.bases.compactMap { files[$0] }
            let sets = purpose.bases.last == "page" ? known.map(smallest) : known.first.map { [smallest($0)] } ?? []
            let chosen = sets.flatMap { $0 }
            if chosen.isEmpty { return nil }
            let shown = chosen.prefix(3).map { file -> [String: Any] in
                [
                    "name": templateText(file.name), "href": addressPart(file.name),
                    "size": sizeText(file.size ?? 0),
                ]
            }
            return [
                "question": purpose.question, "answer": purpose.answer, "files": shown,
                "more": chosen.count > 3 ? [counted(chosen.count - 3, "file")] : [],
            ]
        }
    }

    /// The files of one form: the whole rather than its pieces, then the smaller one.
    private static func smallest(_ files: [(name: DumpFileName, file: FileRecord)]) -> [FileRecord] {
        struct Form: Hashable { let isPiece: Bool, ending: String }
        let forms = Dictionary(grouping: files) { Form(isPiece: $0.name.isPiece, ending: $0.name.compression) }
        func cost(_ form: Form) -> (Int, Int64, String) {
            (form.isPiece ? 1 : 0, (forms[form] ?? []).reduce(0) { $0 &+ ($1.file.size ?? 0) }, form.ending)
        }
        let best = forms.keys.min { cost($0) < cost($1) }
        return best.flatMap { forms[$0] }?.map(\.file) ?? []
    }
}
