public import Logging
public import SystemPackage

extension Monitor {
    /// Creates a monitor for the farm of a configuration.
    /// - Parameters:
    ///   - configuration: The contents of the configuration files.
    ///   - renderer: Makes the pages; nil to use the templates.
    ///   - locks: Makes the lock of a wiki; nil for a file in the wiki's private folder.
    ///   - clock: Tells the time.
    ///   - maintenanceFile: A file whose text is shown while no dump is running; nil for `maintenance.txt` in the private tree.
    ///   - logger: Where to log.
    /// - Throws: ``DumpError`` with code `configuration` if a template is damaged.
    public init(
        configuration: Configuration, renderer: (any IndexRenderer)? = nil, locks: LockFactory? = nil,
        clock: any WallClock = SystemWallClock(), maintenanceFile: FilePath? = nil, logger: Logger
    ) throws(DumpError) {
        let farm = configuration.farm
        let pages: any IndexRenderer =
            if let renderer { renderer } else {
                try TemplateRenderer(templateDirectory: farm.templateDirectory, on: configuration.fileSystem)
            }
        self.init(
            farm: farm, wikis: WikiFarm(configuration, contentSource: ContentSources.open).wikis,
            renderer: pages, locks: locks ?? FileLock.factory(staleAge: farm.staleAge, clock: clock), clock: clock,
            maintenanceFile: maintenanceFile, on: configuration.fileSystem, logger: logger)
    }
}
