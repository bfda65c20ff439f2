/** First of a bench's imports, for the logger reads it when it is made: thousands of log lines would bury the table. */
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
