/// Makes the pages that people look at.
///
/// ``TemplateRenderer`` makes them from templates that an operator can replace. Conform a type of your own to make them in
/// another way; it must pass `IndexRendererConformance` of WikiDumpKitTesting. Files for programs (status files, JSON,
/// checksums) are not made here, because their form is fixed.
public protocol IndexRenderer: Sendable {
    /// The page of one run, as HTML in UTF-8. Everything taken from the record must be escaped.
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8]

    /// The index page of the farm, as HTML in UTF-8.
    ///
    /// For a private wiki, it shows only the name and the state.
    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8]
}
