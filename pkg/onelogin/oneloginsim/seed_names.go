package oneloginsim

import "strings"

// Made-up people, roles and apps.
func givenNames() []string {
	return strings.Fields(`Adele Alex Amber Anna Ben Bianca Carlos Christie Daniel Debra Diego Emily Fatima Grady Hanna Irvin Isaiah Johanna
		Jordan Kenji Lee Lidia Maria Megan Mona Nestor Omar Patti Pradeep Raul Rosa Samir Sofia Tomas Uma Victor Wei Yara`)
}

func surnames() []string {
	return strings.Fields(`Adams Berger Bowen Dekker Eklund Fischer Greene Gruber Holloway Ibarra Johansen Kapoor Langer Lidman Meyers Moreno
		Nakata Okafor Pisani Quigley Robbins Sato Sherman Silva Sousa Thober Vance Vasquez Weber Xavier Young Zapata Zhang`)
}

func departments() []string {
	return []string{"Sales", "Marketing", "Finance", "Engineering", "Human Resources", "Legal", "Research & Development"}
}

func titles() []string {
	return []string{"Account Executive", "Analyst", "Controller", "Designer", "Director", "Engineer", "Program Manager", "Vice President"}
}

// oddNames break careless readers: colons, slashes, quotes, markup, other scripts, the longest.
func oddNames() []string {
	return []string{"Admins: EU / West", "a/b:c|d", `Say "hi" <b>`, "Zoë 🚀 Ops", "ليلى", "山田 太郎", "100% #1; DROP", "Zue\u0308rich\u200d", `back\slash`,
		strings.Repeat("Long ", 50) + "name", "role:1234:member", "d’Artagnan, Charles", "?cursor=x&fields=id"}
}

// oddName is a name of its own for the n-th thing: an odd one while they last.
func oddName(d *dice, n int, words ...[]string) string {
	if odd := oddNames(); n > 0 && n <= len(odd) {
		return odd[n-1]
	}
	var parts []string
	for _, list := range words {
		parts = append(parts, d.pick(list))
	}
	return strings.Join(parts, " ")
}
