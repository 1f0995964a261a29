# Mean and standard error of every item in every unit, a design per unit: the fastest way that was
# found with the survey package (one design for all units is some seventy times slower).
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 17)
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
items <- grep("^i[0-9]+$", names(data), value = TRUE)
means <- errors <- numeric(0)
seconds <- system.time(
  for (unit in split(data, data$unit)) {
    for (item in items) {
      asked <- unit[!is.na(unit[[item]]), c("stratum", "weight", item)]
      names(asked)[3] <- "x"
      found <- svymean(~x, svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = asked))
      means <- c(means, coef(found))
      errors <- c(errors, SE(found))
    }
  }
)[["elapsed"]]
numbers <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ","), "]")
writeLines(
  sprintf('{"seconds": %.6f, "means": %s, "errors": %s}', seconds, numbers(means), numbers(errors)),
  arguments[2]
)
