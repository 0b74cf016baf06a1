/// The values for the template of a run's page.
///
/// Optional values are lists with one element or none, because a template searches for a missing name in the surrounding
/// values.
enum RunPageContext {
    static func values(_ run: RunRecord, farm: FarmSettings) -> [String: Any] {
        let names = PublishedNames(run, farm: farm)
        let state = StatusLine.State(run)
        let offered = run.offeredFiles.map(\.file)
        let previous = run.previous.map { date in
            [
                "href": "../\(date)/\(addressPart(farm.runIndexName))", "dashedDate": date.dashed,
                "isFinal": run.isFinished,
            ] as [String: Any]
        }
        let groups = FileTable.groups(run)
        let cases = FileGuide.cases(run)
        let values: [String: Any] = [
            "db": run.wiki.description,
            "date": run.date.description,
            "runIndex": addressPart(farm.runIndexName),
            "dashedDate": run.date.dashed,
            "isPrivate": run.isPrivate,
            "isClosed": run.isClosed,
            "statusClass": state.name,
            "statusText": state.text,
            "statusRemark": state.remark,
            "notices": run.notice.map { [templateText($0)] } ?? [],
            "previous": previous.map { [$0] } ?? [],
            "siteIndex": run.isPrivate ? [] : ["../../\(addressPart(farm.indexName))"],
            "wikiIndex": ["../\(FarmSettings.wikiIndexName)"],
            "missingItems": run.missingItems == 0 ? [] : [Self.missing(run.missingItems)],
            "checksums": HashKind.allCases.map {
                ["kind": $0.rawValue, "href": addressPart(names.sums($0, .txt))]
            },
            "jobsDone": run.jobs.count { $0.status == .done },
            "jobsTotal": run.jobs.count,
            "jobsFailed": run.failures == 0 ? [] : [run.failures],
            "filesTotal": counted(offered.count, "file"),
            "isRunning": !run.isFinished,
            "showsJobs": !run.isFinished || run.failures > 0 || !run.isComplete,
            "hasGuide": !cases.isEmpty,
            "cases": cases,
            "hasFiles": !groups.isEmpty,
            "groups": groups,
            "sizeTotal": sizeText(offered.reduce(0) { $0 + ($1.size ?? 0) }),
            "jobs": run.jobs.reversed().map(job),
        ]
        return values.merging(
            PageFrame.values(
                farm, above: "../../", isPrivate: run.isPrivate, feeds: "../", of: run.wiki.description,
                changed: ("Written", run.updated))
        ) { own, _ in own }
    }

    static func missing(_ count: Int64) -> String {
        count == 1
            ? "1 item missing: it is damaged in the wiki."
            : "\(groupedDigits(count)) items missing: they are damaged in the wiki."
    }

    static func job(_ job: JobRecord) -> [String: Any] {
        let message = job.message.flatMap { $0.isEmpty ? nil : [templateText($0)] } ?? []
        return [
            "name": templateText(job.name),
            "title": templateText(job.title),
            "status": job.status.rawValue,
            "updated": job.updated?.statusText ?? "",
            "progress": job.status == .inProgress ? message : [],
            "messages": job.status == .inProgress ? [] : message,
            "details": job.detail.map { [templateText($0)] } ?? [],
            "hasList": job.detail != nil || !job.files.isEmpty,
            "files": job.files.map { file($0, of: job) },
        ]
    }

    private static func file(_ file: FileRecord, of job: JobRecord) -> [String: Any] {
        let showing = FileShowing(file, of: job)
        var size = ""
        var (isOffered, isGrowing) = (false, false)
        switch showing {
        case .offered(let bytes): (size, isOffered) = (sizeText(bytes), true)
        case .growing(let bytes): (size, isGrowing) = (sizeText(bytes), true)
        case .missing: break
        }
        return [
            "name": templateText(file.name), "href": addressPart(file.name), "size": size,
            "isOffered": isOffered, "isGrowing": isGrowing, "isMissing": showing == .missing,
        ]
    }
}
