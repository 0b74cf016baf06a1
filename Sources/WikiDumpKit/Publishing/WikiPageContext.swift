/// The values for the template of the page of a wiki.
enum WikiPageContext {
    static func values(_ wiki: WikiRecord, farm: FarmSettings) -> [String: Any] {
        let newest = wiki.runs.first(where: \.isComplete)
        let charts = charts(wiki)
        let values: [String: Any] = [
            "db": wiki.wiki.description,
            "isPrivate": wiki.isPrivate,
            "isClosed": wiki.isClosed,
            "siteIndex": wiki.isPrivate ? [] : ["../\(addressPart(farm.indexName))"],
            "hasNewest": newest != nil,
            "newest": newest.map { run in
                [
                    [
                        "href": address(run, farm), "dashedDate": run.date.dashed,
                        "iso": run.updated?.iso8601 ?? run.date.dashed,
                        "updated": run.updated?.statusText ?? run.date.dashed,
                        "files": counted(run.files ?? 0, "file"), "size": run.bytes.map(sizeText) ?? "",
                    ]
                ]
            } ?? [],
            "hasCharts": !charts.isEmpty,
            "charts": charts,
            "runs": wiki.runs.map { run($0, farm) },
        ]
        let changed = wiki.runs.compactMap(\.updated).max()
        return values.merging(
            PageFrame.values(
                farm, above: "../", isPrivate: wiki.isPrivate, feeds: "", of: wiki.wiki.description,
                changed: changed.map { ("Newest change:", $0) })
        ) { own, _ in own }
    }

    private static func address(_ run: WikiRecord.Run, _ farm: FarmSettings) -> String {
        "\(run.date)/\(addressPart(farm.runIndexName))"
    }

    private static func run(_ run: WikiRecord.Run, _ farm: FarmSettings) -> [String: Any] {
        [
            "href": address(run, farm), "dashedDate": run.date.dashed, "statusClass": templateText(run.statusClass),
            "statusText": templateText(run.statusText),
            "remarks": run.statusRemark.isEmpty
                ? [] : [templateText(String(run.statusRemark.drop { $0 == ":" || $0 == " " }))],
            "size": run.bytes.map(sizeText) ?? "", "pages": run.pages.map { groupedDigits($0) } ?? "",
            "revisions": run.revisions.map { groupedDigits($0) } ?? "",
            "duration": run.milliseconds.map { durationText($0 / 1000) } ?? "",
        ]
    }

    /// The charts that have at least two points.
    private static func charts(_ wiki: WikiRecord) -> [[String: Any]] {
        let runs = wiki.runs.filter(\.isComplete).sorted { $0.date < $1.date }
        let values: [(String, (WikiRecord.Run) -> Int64?, (Int64) -> String)] = [
            ("Size", \.bytes, sizeText), ("Pages", \.pages, { groupedDigits($0) }),
            ("Revisions", \.revisions, { groupedDigits($0) }),
            ("Time taken", \.milliseconds, { durationText($0 / 1000) }),
        ]
        return values.compactMap { title, value, text in
            let points = runs.compactMap { run in value(run).map { (run.date, $0) } }
            guard let first = points.first, let last = points.last, points.count > 1 else { return nil }
            let (texts, places) = (points.map { text($0.1) }, places(points.map(\.1)))
            return [
                "title": title, "first": text(first.1), "last": text(last.1),
                "isChanged": text(first.1) != text(last.1),
                "description":
                    "\(title) of \(points.count) complete runs: \(text(first.1)) on \(first.0.dashed), \(text(last.1)) on \(last.0.dashed)",
                "points": places.map { "\($0.x),\($0.y)" }.joined(separator: " "),
                "dots": zip(places, zip(points, texts)).map { place, point in
                    ["x": place.x, "y": place.y, "text": "\(point.0.0.dashed): \(point.1)"] as [String: Any]
                },
            ]
        }
    }

    /// The points of a chart that is 240 wide and 64 high. Its lower edge is 0, so that small changes look small.
    private static func places(_ values: [Int64]) -> [(x: Int, y: Int)] {
        let most = Double(max(1, values.max() ?? 1))
        return values.enumerated().map { index, value in
            (6 + 228 * index / max(1, values.count - 1), 58 - Int((Double(max(0, value)) / most * 52).rounded()))
        }
    }
}
